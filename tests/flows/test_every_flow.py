"""Every flow file of the project, ours and those of other domains: checked against its schema, checked, played."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from flowrunner.catalogue import check_file
from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.report import as_text
from flowrunner.model.flow import Flow
from flowrunner.model.graph import edges, steps_of_timer, timer_trigger
from flowrunner.runtime.program import Program
from flowrunner.scenarios.coverage import Coverage, coverage
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_items, read_scenario
from flowrunner.scenarios.scenario import Played

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("flows/*.yaml"), *ROOT.glob("tests/flows/valid/*.yaml"), *ROOT.glob("bench/flows/*.yaml")])
FLOWS = [path for path in FILES if "\nflow:" in path.read_text(encoding="utf-8")]
SCENARIOS = sorted(
    path
    for folder in (ROOT / "flows" / "scenarios", ROOT / "tests" / "flows" / "scenarios")
    for path in folder.glob("*/*.yaml")
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def compiled(path: Path) -> Flow:
    bundle = read_bundle(path)
    made = compile_flow(bundle.sources, bundle.entry)
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return made.flow


def folder_of(path: Path, flow: Flow) -> Path:
    beside = path.parent if path.parent.name == "flows" else path.parents[1]
    return beside / "scenarios" / flow.name


def played(path: Path) -> tuple[Flow, list[Played], Path]:
    flow = compiled(path)
    program = Program(flow, "test")
    folder = folder_of(path, flow)
    runs = []
    for file in sorted(folder.glob("*.yaml")):
        if file.name == "items.yaml":
            continue
        scenario, findings = read_scenario(file)
        assert scenario is not None, as_text(findings, {}, "en")
        runs.append(play(program, scenario))
    return flow, runs, folder


def covered(path: Path) -> Coverage:
    flow, runs, folder = played(path)
    items = folder / "items.yaml"
    return coverage(flow, runs, read_items(items) if items.exists() else {})


class TestSchemas:
    """Each file fits the schema that editors read, by two readers of schemas that know nothing of each other."""

    @pytest.mark.parametrize("path", FILES, ids=named)
    def test_flow_fits_by_jsonschema(self, path: Path) -> None:
        self._fits(path, "flow")

    @pytest.mark.parametrize("path", SCENARIOS, ids=named)
    def test_scenario_fits_by_jsonschema(self, path: Path) -> None:
        self._fits(path, "scenario")

    def _fits(self, path: Path, schema: str) -> None:
        validator = Draft202012Validator(json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text("utf-8")))
        # As an editor reads it: with YAML's types resolved.
        data = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
        assert [error.message for error in validator.iter_errors(data)] == []

    @pytest.mark.parametrize(("schema", "files"), [("flow", FILES), ("scenario", SCENARIOS)])
    def test_all_fit_by_check_jsonschema(self, schema: str, files: list[Path]) -> None:
        command = [sys.executable, "-m", "check_jsonschema", "--schemafile", f"schemas/{schema}.schema.json"]
        done = subprocess.run([*command, *map(named, files)], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


class TestEveryFlow:
    """Each flow is sound, and does what its scenarios say."""

    @pytest.mark.parametrize("path", FLOWS, ids=named)
    def test_check_finds_nothing(self, path: Path) -> None:
        checked = check_file(path)
        assert checked.flow is not None
        assert as_text(checked.diagnostics, checked.texts, "en") == as_text((), {}, "en")

    @pytest.mark.parametrize("path", [path for path in FLOWS if "bench" not in path.parts], ids=named)
    def test_scenarios_pass_and_take_every_transition(self, path: Path) -> None:
        _, runs, _ = played(path)
        failing = [finding for run in runs for finding in run.findings]
        texts = {run.scenario.file: Path(run.scenario.file).read_text("utf-8") for run in runs}
        assert runs
        assert not failing, as_text(failing, texts, "en")
        assert [transition.key for transition in covered(path).missed] == []


class TestRegistrationInTime:
    """Time counts like a button: each timer fires in every step that it can end, each switch is played both ways."""

    PATH = ROOT / "flows" / "registration.yaml"

    def test_each_timer_fires_in_every_step_where_it_can(self) -> None:
        flow, runs, _ = played(self.PATH)
        fired = {(event.trigger, event.step) for run in runs for event in run.events if event.kind == "timer"}
        ways = edges(flow)
        can = {
            (timer_trigger(timer.name), step)
            for timer in flow.timers.values()
            for step in steps_of_timer(flow, timer, ways)
        }
        assert len(can) > 10
        assert sorted(can - fired) == []

    def test_every_reminder_goes_out(self) -> None:
        flow, runs, _ = played(self.PATH)
        sent = [[event.trigger for event in run.events if event.kind == "reminded"] for run in runs]
        there = {name: len(timer.remind) for name, timer in flow.timers.items() if timer.remind}
        assert there == {name: max(names.count(name) for names in sent) for name in there}

    def test_each_switch_is_played_both_ways(self) -> None:
        flow, runs, _ = played(self.PATH)
        switches = {name for name, condition in flow.conditions.items() if condition.switch}
        said = {item for run in runs for item in run.scenario.switches.items()}
        assert said == {(name, way) for name in switches for way in (True, False)}

    def test_documents_are_asked_three_times_in_one_case(self) -> None:
        _, runs, _ = played(self.PATH)
        assert max(run.case.round for run in runs if run.case is not None) == 4


class TestRegistrationItems:
    """What the guide asks is shown, item by item; what waits for a later page is named here and nowhere else."""

    def test_all_are_shown(self) -> None:
        found = covered(ROOT / "flows" / "registration.yaml")
        assert len(found.items) == 87
        assert found.missing_items == ()

    def test_each_item_names_its_scenario_line_and_what_was_expected(self) -> None:
        found = covered(ROOT / "flows" / "registration.yaml")
        for evidence in (one for shown in found.shown.values() for one in shown):
            line = Path(evidence.file).read_text("utf-8").splitlines()[evidence.line - 1]
            assert line.lstrip().startswith("- ")
            assert evidence.expected

    def test_the_tests_that_items_name_are_those_that_say_so(self) -> None:
        named = {
            (path.parent.name, number, test)
            for path in ROOT.glob("flows/scenarios/*/items.yaml")
            for number, item in read_items(path).items()
            for test in item.shown_by
        }
        assert named == set(_marked())
        assert ("registration", 4, "tests/browser/test_registration.py::TestRegistration::test_the_way_in") in named


def _marked() -> Iterator[tuple[str, int, str]]:
    """Flow, item and test of each `@pytest.mark.shows(flow, item, …)`."""
    for path in ROOT.glob("tests/**/test_*.py"):
        for one in (node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)):
            for test in (node for node in one.body if isinstance(node, ast.FunctionDef)):
                for flow, *items in _marks(test):
                    yield from ((flow, item, f"{named(path)}::{one.name}::{test.name}") for item in items)


def _marks(test: ast.FunctionDef) -> Iterator[list[Any]]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.shows":
            yield [ast.literal_eval(argument) for argument in mark.args]
