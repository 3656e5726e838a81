"""`flowrunner count FILE`: how many steps a flow has."""

from __future__ import annotations

from pathlib import Path

import click

from flowrunner.catalogue import check_file
from flowrunner.cli.base import Command, LocalizedCommand, argument
from flowrunner.i18n.words import Words


class CountCommand(Command):
    name = "count"

    def make(self, say: Words) -> click.Command:
        def run(file: str) -> int:
            flow = check_file(Path(file)).flow
            click.echo(say.say("count.steps", count=len(flow.steps) if flow is not None else 0))
            return 0 if flow is not None else 1

        return LocalizedCommand(say, self.name, run, [argument(say, "count.file")])
