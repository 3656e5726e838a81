"""`flowrunner worker`."""

from __future__ import annotations

import signal

import click

from flowrunner.cli.base import Command, LocalizedCommand, deployment_options
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.worker.loop import make_worker


class WorkerCommand(Command):
    name = "worker"

    def make(self, say: Words) -> click.Command:
        def run(once: bool, data: str | None, settings: str | None) -> int:
            return work(settings_of(settings, say, data), once, say)

        params = [
            click.Option(["--once"], is_flag=True, help=say.say("worker.once")),
            *deployment_options(say),
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
