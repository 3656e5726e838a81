"""`flowrunner worker`."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from flowrunner.cli.base import Command, LocalizedCommand, settings_option
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.worker.loop import make_worker


class WorkerCommand(Command):
    name = "worker"

    def make(self, say: Words) -> click.Command:
        def run(once: bool, data: str | None, settings: str | None) -> int:
            config = settings_of(settings, say)
            return work(replace(config, data=Path(data)) if data else config, once, say)

        params = [
            click.Option(["--once"], is_flag=True, help=say.say("worker.once")),
            click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")),
            settings_option(say),
        ]
        return LocalizedCommand(say, self.name, run, params)


def work(settings: Settings, once: bool, say: Words) -> int:
    """Do what time drives: once, or until somebody stops it."""
    migrate(settings)
    services = open_services(settings, where)
    worker = make_worker(services)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, frame: worker.stop())
    try:
        if once:
            worker.once()
        else:
            tell(say.say("worker.ready"), "bold")
            worker.run()
            tell(say.say("cli.stopped"))
    finally:
        services.close()
    return 0
