"""`flowrunner map FLOW`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click

from flowrunner.catalogue import check_file
from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, settings_option
from flowrunner.cli.flows import flow_named, settings_of
from flowrunner.cli.output import tell
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import Words
from flowrunner.model.diagram import as_dot, as_mermaid
from flowrunner.model.flow import Flow

FORMATS = ("svg", "mermaid", "dot")
_BY_ENDING = {".svg": "svg", ".dot": "dot", ".gv": "dot"}
_PATIENCE = 60


class MapCommand(Command):
    name = "map"

    def make(self, say: Words) -> click.Command:
        def run(flow: str, form: str | None, output: str | None, settings: str | None) -> int:
            return draw_graph(flow_named(flow, settings_of(settings, say), say), form, output, say)

        params = [
            argument(say, "map.flow"),
            click.Option(["--format", "form"], type=click.Choice(FORMATS), help=say.say("map.format")),
            click.Option(["--output", "-o"], metavar="FILE", help=say.say("map.output")),
            settings_option(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("map.flow"))


def draw_graph(path: Path, form: str | None, output: str | None, say: Words) -> int:
    """Draw a flow that compiles, whatever lint says of it: a picture helps to see what is wrong."""
    flow = check_file(path).flow
    if flow is None:
        raise CommandRefused(say.say("map.unsound", path=str(path)))
    ending = Path(output).suffix if output else ""
    text = _drawn(flow, form or _BY_ENDING.get(ending, "mermaid"), say)
    if output is None:
        click.echo(text, nl=False)
        return 0
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FlowrunnerError(f"{error.strerror}.", where=output) from None
    tell(say.say("schema.written", path=output))
    return 0


def _drawn(flow: Flow, form: str, say: Words) -> str:
    language = say.language if say.language in flow.languages else flow.languages[0]
    if form == "mermaid":
        return as_mermaid(flow, language)
    dot = as_dot(flow, language)
    return dot if form == "dot" else _svg(dot, say)


def _svg(dot: str, say: Words) -> str:
    program = shutil.which("dot")
    if program is None:
        raise FlowrunnerError(say.say("map.no_dot"), way_out=say.say("map.no_dot_way_out"))
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program and option; the text goes to its input
            [program, "-Tsvg"],
            input=dot,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        raise FlowrunnerError(say.say("map.dot_failed"), way_out=say.say("map.no_dot_way_out")) from None
    return done.stdout
