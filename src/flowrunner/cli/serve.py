"""`flowrunner serve`: to an author at their own machine, or to people."""

from __future__ import annotations

from collections.abc import Sequence

import click

from flowrunner.cli.base import Command, LocalizedCommand, argument, deployment_options
from flowrunner.cli.options import ServeOptions, serve_options
from flowrunner.i18n.words import Words
from flowrunner.settings import BOUNDS


class ServeCommand(Command):
    name = "serve"

    def make(self, say: Words) -> click.Command:
        def run(
            flows: Sequence[str],
            port: int | None,
            host: str | None,
            data: str | None,
            settings: str | None,
            production: bool,
            workers: int | None,
            threads: int | None,
        ) -> int:
            changes = {"port": port, "host": host, "data": data}
            typed = ServeOptions(tuple(flows), settings, changes, {"workers": workers, "threads": threads})
            # Each loads what it needs and nothing of the other: a process that serves people is to be small.
            if production:
                from flowrunner.cli.serve_production import serve_people

                return serve_people(typed, say)
            from flowrunner.cli.serve_author import serve_author

            return serve_author(*serve_options(typed, say), say)

        params = [
            argument(say, "serve.flows", required=False, many=True),
            click.Option(["--port"], type=click.IntRange(0, 65535), metavar="PORT", help=say.say("serve.port")),
            click.Option(["--host"], metavar="HOST", help=say.say("serve.host")),
            *deployment_options(say),
            click.Option(["--production"], is_flag=True, help=say.say("serve.production")),
            _number(say, "workers"),
            _number(say, "threads"),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("serve.flows"))


def _number(say: Words, name: str) -> click.Option:
    least, most = BOUNDS[name]
    return click.Option(
        [f"--{name}"], type=click.IntRange(least, most), metavar="NUMBER", help=say.say(f"serve.{name}")
    )
