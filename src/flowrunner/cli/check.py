"""`flowrunner check [FILE|FOLDER …]`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
from msgspec import Struct, field

from flowrunner.catalogue import Checked, check_file, flow_files
from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, settings_option
from flowrunner.cli.flows import existing_files, settings_against
from flowrunner.cli.output import FORMATS, tell_findings
from flowrunner.compiler.nouns import noun_of, top_level_keys
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.schema.files import Noun
from flowrunner.compiler.settings.read import read_settings
from flowrunner.compiler.shape import check_shape
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.i18n.words import Words
from flowrunner.settings import Settings

FINDINGS = 1


class CheckCommand(Command):
    name = "check"

    def make(self, say: Words) -> click.Command:
        def run(paths: Sequence[str], form: str, settings: str | None) -> int:
            return check_files(paths, form, settings, say)

        params = [
            argument(say, "check.paths", required=False, many=True),
            click.Option(
                ["--format", "form"], type=click.Choice(FORMATS), default="text", help=say.say("check.format")
            ),
            settings_option(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("check.paths"))


class _Findings(Struct):
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> None:
        self.diagnostics.update(dict.fromkeys(diagnostics))
        self.texts.update(texts)


def check_files(paths: Sequence[str], form: str, settings: str | None, say: Words) -> int:
    """Check what was named, else the settings and flows of the deployment; the exit code comes back."""
    findings = _Findings()
    if paths:
        for path in existing_files(paths, say):
            _check_path(path, findings)
    else:
        _check_deployment(settings, findings, say)
    tell_findings(findings.diagnostics, findings.texts, say.language, form)
    return FINDINGS if any(one.level is not Level.NOTE for one in findings.diagnostics) else 0


def _check_deployment(settings: str | None, findings: _Findings, say: Words) -> None:
    read = read_settings(Path(settings) if settings else None, to_run=False)
    folders = (read.settings or Settings()).flows
    if read.settings is not None and not any(flow_files(folder) for folder in folders):
        raise CommandRefused(say.say("check.nothing", folders=tuple(map(str, folders))))
    checked = [one for folder in folders for one in _check_folder(folder, findings)]
    findings.add((*read.diagnostics, *settings_against(read, checked)), read.texts or {})


def _check_path(path: Path, findings: _Findings) -> None:
    if path.is_dir():
        _check_folder(path, findings)
        return
    noun = _noun_of_file(path)
    if noun == "settings":
        read = read_settings(path, {}, to_run=False)
        folders = read.settings.flows if read.settings is not None else ()
        flows = [check_file(flow) for folder in folders for flow in flow_files(folder)]
        findings.add((*read.diagnostics, *settings_against(read, flows)), read.texts or {})
    elif noun == "scenario":
        _check_scenario(path, findings)
    else:
        checked = check_file(path)
        findings.add(checked.diagnostics, checked.texts)


def _check_folder(path: Path, findings: _Findings) -> list[Checked]:
    flows = [check_file(flow) for flow in flow_files(path)]
    for checked in flows:
        findings.add(checked.diagnostics, checked.texts)
    lost = (file for file in path.glob("*.y*ml") if file.is_file() and _noun_of_file(file) == "scenario")
    for scenario in sorted((*lost, *path.glob("scenarios/*/*.y*ml"))):
        _check_scenario(scenario, findings)
    return flows


def _noun_of_file(path: Path) -> Noun:
    """By its name alone if it cannot be read, which is told by whoever checks it."""
    try:
        keys = top_level_keys(path.read_bytes())
    except OSError:
        keys = frozenset()
    return noun_of(keys, str(path))


def _check_scenario(path: Path, findings: _Findings) -> None:
    parsed = parse_yaml(path.read_bytes(), str(path))
    wrong = check_shape(parsed.root, "scenario") if parsed.root is not None else ()
    findings.add([*parsed.diagnostics, *wrong], {str(path): parsed.text})
