"""Every example of the reference is read, compiled and checked, and those of scenarios are played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.pipeline import Compiled, compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.diagnostics.report import as_text
from flowrunner.lint.linter import lint
from flowrunner.runtime.program import Program
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_items, read_scenario
from tests.docs.examples import Example, examples, whole
from tests.house.checkout import REPOSITORY

ALL = list(examples())
FLOWS = [example for example in ALL if example.noun in ("whole", "part", "fragment")]


def compiled(example: Example) -> Compiled:
    return compile_flow(whole(example), "flow.yaml")


def findings(example: Example) -> str:
    """What `check` says of the example, as an author reads it."""
    outcome = compiled(example)
    found: list[Diagnostic] = [*outcome.diagnostics, *(lint(outcome.flow) if outcome.flow is not None else ())]
    return as_text(found, outcome.texts, "en")


class TestExamples:
    def test_there_are_many(self) -> None:
        assert len(ALL) > 100
        assert {example.noun for example in ALL} == {"whole", "part", "fragment", "scenario", "items", "settings"}

    @pytest.mark.parametrize("example", FLOWS, ids=str)
    def test_its_own_characters_can_be_read(self, example: Example) -> None:
        read = parse_yaml(example.text.encode(), example.page)
        assert as_text(read.diagnostics, {example.page: read.text}, "en") == as_text((), {}, "en")

    @pytest.mark.parametrize("example", FLOWS, ids=str)
    def test_check_finds_nothing(self, example: Example) -> None:
        assert findings(example) == as_text((), {}, "en")

    @pytest.mark.parametrize("example", [each for each in ALL if each.noun == "settings"], ids=str)
    def test_settings_fit_their_schema(self, example: Example) -> None:
        assert _misfits(example, "settings") == []

    @pytest.mark.parametrize("example", [each for each in ALL if each.noun in ("scenario", "items")], ids=str)
    def test_scenarios_fit_their_schema(self, example: Example) -> None:
        assert _misfits(example, "scenario") == []

    @pytest.mark.parametrize("example", [each for each in ALL if each.noun == "scenario"], ids=str)
    def test_scenarios_pass(self, example: Example, tmp_path: Path) -> None:
        flow = next(each for each in ALL if each.noun == "whole" and each.data["flow"] == example.data["flow"])
        file = tmp_path / "scenario.yaml"
        file.write_text(example.text, "utf-8")
        scenario, unreadable = read_scenario(file)
        assert scenario is not None, as_text(unreadable, {}, "en")
        program = compiled(flow).flow
        assert program is not None
        run = play(Program(program, "test"), scenario)
        assert as_text(run.findings, {str(file): example.text}, "en") == as_text((), {}, "en")

    @pytest.mark.parametrize("example", [each for each in ALL if each.noun == "items"], ids=str)
    def test_items_can_be_read(self, example: Example, tmp_path: Path) -> None:
        file = tmp_path / "items.yaml"
        file.write_text(example.text, "utf-8")
        assert len(read_items(file)) == len(example.data["items"])

    def test_a_broken_example_is_told(self) -> None:
        broken = Example("steps.md", 1, "steps:\n  one: {title: One, next: nowhere}\n")
        assert "nowhere" in findings(broken)


def _misfits(example: Example, noun: str) -> list[str]:
    schema = json.loads((REPOSITORY / "schemas" / f"{noun}.schema.json").read_text("utf-8"))
    data: Any = json.loads(json.dumps(yaml.safe_load(example.text), default=str))
    return [error.message for error in Draft202012Validator(schema).iter_errors(data)]
