"""Each check finds what it is for, where it stands, and nothing in what only looks like it.

A case is the part of a flow that matters; it is completed after its last line, so that lines count from its first.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.diagnostics.explain import help_page
from flowrunner.diagnostics.report import as_text
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.lint.checks.built_in import CHECKS
from flowrunner.lint.linter import lint

CASES = Path(__file__).parent / "cases"
REST = {"flowrunner": "1", "flow": "case", "languages": "[en]", "title": "Case", "start": "first"}


class Case(NamedTuple):
    check: str
    name: str
    flow: str
    expect: tuple[str, ...]
    level: str

    def __str__(self) -> str:
        return f"{self.check}: {self.name}"


def written(check: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CASES / f"{check}.yaml").read_text("utf-8"))
    return found


def cases(kind: str) -> list[Case]:
    found = []
    for check in CHECKS.names:
        data = written(check)
        for name, case in data[kind].items():
            one = case if isinstance(case, dict) else {"flow": case}
            flow = one["flow"] + data.get("head", "")
            found.append(Case(check, name, flow, tuple(one.get("expect", ())), one.get("level", "error")))
    return found


def whole(part: str) -> str:
    missing = [f"{key}: {value}" for key, value in REST.items() if not re.search(rf"^{key}:", part, re.MULTILINE)]
    return part + "\n".join(missing) + "\n"


def found_in(part: str) -> tuple[Diagnostic, ...]:
    compiled = compile_flow({"case.yaml": whole(part).encode()}, "case.yaml")
    assert compiled.flow is not None, as_text(compiled.diagnostics, compiled.texts, "en")
    return lint(compiled.flow)


def told(found: Diagnostic) -> str:
    return f"{found.message_id} {found.span.line}:{found.span.column}"


class TestCases:
    """Every check has flows that it finds and flows that it leaves alone."""

    @pytest.mark.parametrize("check", CHECKS.names)
    def test_it_has_cases_of_both_kinds(self, check: str) -> None:
        data = written(check)
        assert data["passes"]
        assert data["fails"]
        code = CHECKS[check].check.code
        assert all(any(one.startswith(code) for one in case["expect"]) for case in data["fails"].values())

    @pytest.mark.parametrize("case", cases("passes"), ids=str)
    def test_it_leaves_alone_what_is_sound(self, case: Case) -> None:
        assert [told(one) for one in found_in(case.flow)] == []

    @pytest.mark.parametrize("case", cases("fails"), ids=str)
    def test_it_finds_what_it_is_for_where_it_stands(self, case: Case) -> None:
        found = found_in(case.flow)
        assert [told(one) for one in found] == list(case.expect)
        assert {one.level.value for one in found} == {case.level}

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("case", cases("fails"), ids=str)
    def test_it_says_so_with_a_way_out(self, case: Case, language: str) -> None:
        for one in found_in(case.flow):
            sentence, way_out = one.message(words(language)), one.help(words(language))
            assert sentence
            assert way_out
            assert sentence != way_out
            assert "{" not in re.sub(r"\{\{.*?\}\}|`[^`]*`", "", sentence + way_out)

    @pytest.mark.parametrize("check", CHECKS.names)
    def test_every_language_says_it_in_its_own_words(self, check: str) -> None:
        found = found_in(next(case.flow for case in cases("fails") if case.check == check))[0]
        assert len({found.message(words(language)) for language in languages()}) == len(languages())

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("check", CHECKS.names)
    def test_it_has_a_help_page(self, check: str, language: str) -> None:
        assert help_page(CHECKS[check].check.code, language)
