"""`flowrunner test [FILE …]`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from msgspec import Struct, field

from flowrunner.catalogue import Checked, check_file, flow_files
from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, settings_option
from flowrunner.cli.flows import existing_files, settings_of
from flowrunner.cli.output import tell, tell_findings
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.words import Words
from flowrunner.runtime.program import Program
from flowrunner.scenarios.coverage import Coverage, coverage
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_items, read_scenario
from flowrunner.scenarios.scenario import Item, Played
from flowrunner.settings import Settings

ITEMS = "items.yaml"
FAILED = 1


class TestCommand(Command):
    name = "test"

    def make(self, say: Words) -> click.Command:
        def run(paths: Sequence[str], settings: str | None) -> int:
            return test(existing_files(paths, say), settings_of(settings, say), say)

        params = [argument(say, "test.paths", required=False, many=True), settings_option(say)]
        return LocalizedCommand(say, self.name, run, params, say.say("test.paths"))


class _Run(Struct):
    """The scenarios of one flow, and what came of them."""

    name: str
    played: list[Played] = field(default_factory=list)
    broken: list[Diagnostic] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)

    @property
    def findings(self) -> list[Diagnostic]:
        return [*self.broken, *(finding for one in self.played for finding in one.findings)]


def test(paths: Sequence[Path], settings: Settings, say: Words) -> int:
    """Play scenarios and report; the exit code comes back."""
    files = _scenario_files(paths, settings)
    if not files:
        raise CommandRefused(say.say("test.none"))
    failed = False
    flows = _flows(files, settings)
    for name, scenarios in _by_flow(files).items():
        checked = flows.get(name)
        if checked is None or checked.program is None:
            failed = True
            _tell_unsound(name, checked, say)
            continue
        run = _play(name, scenarios, checked.program)
        failed |= any(not one.passed for one in run.played) or bool(run.broken)
        _report(run, coverage(checked.program.flow, run.played, run.items), len(scenarios), say)
    return FAILED if failed else 0


# --- Finding files ------------------------------------------------------------------------


def _scenario_files(paths: Sequence[Path], settings: Settings) -> list[Path]:
    if not paths:
        folders = [folder / "scenarios" for folder in settings.flows]
        folders += [folder.parent / "scenarios" for folder in settings.flows]
        return [file for folder in dict.fromkeys(folders) for file in _under(folder)]
    return list(dict.fromkeys(file for path in paths for file in (_under(path) if path.is_dir() else [path])))


def _under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.y*ml") if path.name != ITEMS)


def _by_flow(files: Iterable[Path]) -> dict[str, list[Path]]:
    """Scenarios by the name of their folder, which is that of their flow."""
    scenarios: dict[str, list[Path]] = {}
    for file in files:
        scenarios.setdefault(file.resolve().parent.name, []).append(file)
    return scenarios


def _flows(files: Iterable[Path], settings: Settings) -> dict[str, Checked]:
    """The flows of the deployment, and those beside the scenarios."""
    folders = [*settings.flows, *(file.resolve().parents[2] for file in files)]
    flows: dict[str, Checked] = {}
    seen: set[Path] = set()
    for folder in dict.fromkeys(folders):
        for file in flow_files(folder):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                checked = check_file(file)
                flows.setdefault(checked.flow.name if checked.flow else file.stem, checked)
    return flows


# --- Playing ------------------------------------------------------------------------------


def _play(name: str, files: Iterable[Path], program: Program) -> _Run:
    run = _Run(name)
    folders = set()
    for file in files:
        folders.add(file.parent)
        scenario, wrong = read_scenario(file)
        run.broken += wrong
        if scenario is not None:
            run.played.append(play(program, scenario))
    for folder in sorted(folders):
        if (folder / ITEMS).is_file():
            run.items.update(read_items(folder / ITEMS))
    return run


# --- Telling ------------------------------------------------------------------------------


def _tell_unsound(name: str, checked: Checked | None, say: Words) -> None:
    if checked is None:
        tell(say.say("test.flow_missing", name=name), "red")
    else:
        tell_findings(checked.diagnostics, checked.texts, say.language)


def _report(run: _Run, covered: Coverage, count: int, say: Words) -> None:
    if run.findings:
        texts = {file: Path(file).read_text("utf-8", "replace") for file in {one.span.file for one in run.findings}}
        tell_findings(run.findings, texts, say.language)
    passed = sum(one.passed for one in run.played)
    tell(say.say("test.passed", flow=run.name, passed=passed, all=count), "green" if passed == count else "red")
    ways = len(covered.transitions)
    tell(say.say("test.transitions", covered=ways - len(covered.missed), all=ways))
    if covered.missed:
        tell(say.say("test.missed"))
    for way in covered.missed:
        tell(f"  {way.span.file}:{way.span.line}: {way.step} {way.trigger} {way.index + 1} → {way.to}")
    _report_items(covered, say)


def _report_items(covered: Coverage, say: Words) -> None:
    if not covered.items:
        return
    shown = len(covered.items) - len(covered.missing_items)
    tell(say.say("test.items", shown=shown, all=len(covered.items)))
    for item, evidence in covered.shown.items():
        first = evidence[0]
        tell(_item(item, covered, say))
        tell(
            f"      {say.say('test.item_shown', file=first.file, line=str(first.line), expected=first.expected)}", "dim"
        )
    if covered.elsewhere:
        tell(say.say_n("test.items_elsewhere", len(covered.elsewhere)))
    for item, tests in covered.elsewhere.items():
        tell(_item(item, covered, say))
        tell(f"      {tests[0]}", "dim")
    if covered.missing_items:
        tell(say.say("test.items_missing"), "yellow")
    for item in covered.missing_items:
        tell(_item(item, covered, say))


def _item(number: int, covered: Coverage, say: Words) -> str:
    return f"  {say.say('test.item', number=str(number), title=covered.items[number].title)}"
