"""`flowrunner check [FILE|FOLDER …]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from flowrunner.catalogue import check_file, flow_files
from flowrunner.cli.base import Command, Refused, Spoken, argument, settings_option
from flowrunner.cli.flows import there
from flowrunner.cli.output import FORMATS, tell_findings
from flowrunner.compiler.parse import parse
from flowrunner.compiler.schema.files import Noun
from flowrunner.compiler.settings_file import read_settings
from flowrunner.compiler.shape import check_shape
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.settings import FILE, Settings
from flowrunner.words import Words

FINDINGS = 1


class Check(Command):
    name = "check"

    def make(self, say: Words) -> click.Command:
        def run(paths: Sequence[str], form: str, settings: str | None) -> int:
            return check(paths, form, settings, say)

        params = [
            argument(say, "check.paths", required=False, many=True),
            click.Option(
                ["--format", "form"], type=click.Choice(FORMATS), default="text", help=say.say("check.format")
            ),
            settings_option(say),
        ]
        return Spoken(say, self.name, run, params, say.say("check.paths"))


@dataclass(slots=True)
class _Found:
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> None:
        self.diagnostics.update(dict.fromkeys(diagnostics))
        self.texts.update(texts)


def check(paths: Sequence[str], form: str, settings: str | None, say: Words) -> int:
    """Check what was named, else the settings and flows of the deployment; the exit code comes back."""
    found = _Found()
    for path in there(paths, say) if paths else _of_deployment(settings, found, say):
        _check_path(path, found)
    tell_findings(found.diagnostics, found.texts, say.language, form)
    return FINDINGS if any(one.level is not Level.NOTE for one in found.diagnostics) else 0


def _of_deployment(settings: str | None, found: _Found, say: Words) -> Iterator[Path]:
    read = read_settings(Path(settings) if settings else None)
    found.add(read.diagnostics, read.texts or {})
    folders = (read.settings or Settings()).flows
    if read.settings is not None and not any(flow_files(folder) for folder in folders):
        raise Refused(say.say("check.nothing", folders=tuple(map(str, folders))))
    yield from folders


def _check_path(path: Path, found: _Found) -> None:
    if path.is_dir():
        for flow in flow_files(path):
            checked = check_file(flow)
            found.add(checked.diagnostics, checked.texts)
        for scenario in sorted(path.glob("scenarios/*/*.y*ml")):
            _check_shape(scenario, "scenario", found)
    elif path.name == FILE:
        _check_shape(path, "settings", found)
    elif path.parent.parent.name == "scenarios":
        _check_shape(path, "scenario", found)
    else:
        checked = check_file(path)
        found.add(checked.diagnostics, checked.texts)


def _check_shape(path: Path, noun: Noun, found: _Found) -> None:
    if noun == "settings":
        read = read_settings(path, {})
        found.add(read.diagnostics, read.texts or {})
        return
    parsed = parse(path.read_bytes(), str(path))
    wrong = check_shape(parsed.root, noun) if parsed.root is not None else ()
    found.add([*parsed.diagnostics, *wrong], {str(path): parsed.text})
