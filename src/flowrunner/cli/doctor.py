"""`flowrunner doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from flowrunner.cli.base import Command, LocalizedCommand, deployment_options
from flowrunner.cli.flows import settings_and_text
from flowrunner.cli.output import tell
from flowrunner.diagnostics.diagnostic import Level
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.service.checkup.base import Finding, Installation
from flowrunner.service.checkup.built_in import CONCERNS

FORMATS = ("text", "json")
FINDINGS = 1
_STYLES = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}
_COUNTS = {Level.ERROR: "report.errors", Level.WARNING: "report.warnings", Level.NOTE: "report.notes"}


class DoctorCommand(Command):
    name = "doctor"

    def make(self, say: Words) -> click.Command:
        params = [
            click.Option(
                ["--format", "form"], type=click.Choice(FORMATS), default="text", help=say.say("doctor.format")
            ),
            *deployment_options(say),
        ]
        return LocalizedCommand(say, self.name, partial(doctor, say=say), params)


def doctor(form: str, data: str | None, settings: str | None, say: Words) -> int:
    """Look at the deployment and tell; the exit code comes back. Raises CommandRefused when the settings cannot be
    read."""
    config, read = settings_and_text(settings, say)
    if data:
        config = replace(config, data=Path(data))
    installation = Installation(config, read, os.environ)
    findings = [finding for concern in CONCERNS.values() for finding in concern.look(installation)]
    if form == "json":
        click.echo(json.dumps(_object(findings, say), ensure_ascii=False, indent=2))
    else:
        _tell(findings, say)
    return FINDINGS if any(finding.level is not Level.NOTE for finding in findings) else 0


def _tell(findings: Sequence[Finding], say: Words) -> None:
    for concern in CONCERNS.values():
        own = [finding for finding in findings if finding.concern == concern.name]
        title = say.say(f"doctor.{concern.name}.title")
        if not own:
            tell(say.say("doctor.well", title=title), "green")
        for finding in own:
            level = say.say(f"level.{finding.level.value}")
            tell(say.say("doctor.finding", level=level, title=title, what=finding.what(say)), _STYLES[finding.level])
            tell(f"  {finding.why(say)}")
            tell(f"  {say.say('doctor.way_out', way_out=finding.way_out(say))}")
    tell("")
    counts = [say.say_n(ident, n) for level, ident in _COUNTS.items() if (n := _count(findings, level))]
    tell(say.say("report.summary", counts=tuple(counts)) if counts else say.say("report.clean"), "bold")


def _object(findings: Sequence[Finding], say: Words) -> dict[str, Any]:
    return {
        "language": say.language,
        "counts": {level.value: _count(findings, level) for level in Level},
        "concerns": list(CONCERNS.names),
        "findings": [
            {
                "concern": finding.concern,
                "name": finding.variant,
                "level": finding.level.value,
                "what": finding.what(say),
                "why": finding.why(say),
                "way_out": finding.way_out(say),
            }
            for finding in findings
        ],
    }


def _count(findings: Sequence[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in findings)
