"""`flowrunner serve`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from flowrunner.catalogue import Catalogue, Checked
from flowrunner.cli.base import Command, Spoken, argument, settings_option
from flowrunner.cli.flows import settings_of, there
from flowrunner.cli.output import tell, tell_findings
from flowrunner.errors import FlowrunnerError
from flowrunner.service.deployment import migrate
from flowrunner.service.sample_accounts import SAMPLE_PASSWORD
from flowrunner.settings import Settings
from flowrunner.web.deployment import application, open_web
from flowrunner.web.server import listen
from flowrunner.words import Words
from flowrunner.worker import make_worker, start

LOOK_EVERY = 0.5  # seconds between two looks at the files
PATIENCE = 10.0  # seconds for the mail that is under way


class Serve(Command):
    name = "serve"

    def make(self, say: Words) -> click.Command:
        def run(
            flows: Sequence[str], port: int | None, host: str | None, data: str | None, settings: str | None
        ) -> int:
            said = settings_of(settings, say)
            changes = {"port": port, "host": host, "data": Path(data) if data else None}
            chosen = {key: value for key, value in changes.items() if value is not None}
            folders = tuple(there(flows, say)) or said.flows
            return serve(replace(said, **chosen, flows=folders), say)  # type: ignore[arg-type]

        params = [
            argument(say, "serve.flows", required=False, many=True),
            click.Option(["--port"], type=click.IntRange(0, 65535), metavar="PORT", help=say.say("serve.port")),
            click.Option(["--host"], metavar="HOST", help=say.say("serve.host")),
            click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")),
            settings_option(say),
        ]
        return Spoken(say, self.name, run, params, say.say("serve.flows"))


def serve(settings: Settings, say: Words) -> int:
    """Serve until somebody stops it."""
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        _tell(checked, catalogue, say, first=True)
    if not catalogue.names():
        tell(say.say("serve.no_flow", folders=tuple(map(str, settings.flows))), "yellow")
    migrate(settings)
    deployment = open_web(settings, catalogue)
    if deployment.load_samples(SAMPLE_PASSWORD):
        tell(say.say("serve.samples", password=SAMPLE_PASSWORD))
    worker = make_worker(deployment)
    server = listen(application(deployment, tray=True), settings.host, settings.port)
    working = start(worker)
    stop = _watch(catalogue, say)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{server.server_port}/"
    tell(say.say("serve.ready", address=address), "bold")
    if settings.mail.tray:
        tell(say.say("serve.tray", address=f"{address}mail"))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        tell(say.say("cli.stopped"))
    finally:
        stop()
        worker.stop()
        working.join(PATIENCE)
        deployment.close()
    return 0


def _watch(catalogue: Catalogue, say: Words) -> Callable[[], None]:
    """Look at the files now and then, and tell what came of a change; what comes back ends it."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_EVERY):
            try:
                for checked in catalogue.reload():
                    _tell(checked, catalogue, say)
            except FlowrunnerError as error:
                tell(say.say("cli.error", what=str(error)), "red")

    threading.Thread(target=look, name="watch", daemon=True).start()
    return ended.set


def _tell(checked: Checked, catalogue: Catalogue, say: Words, *, first: bool = False) -> None:
    if checked.diagnostics:
        tell_findings(checked.diagnostics, checked.texts, say.language)
    if checked.sound and checked.flow is not None:
        if not first:
            tell(say.say("serve.reloaded", flow=checked.flow.name), "green")
    else:
        kept = catalogue.serves(checked.path)
        tell(say.say("serve.kept" if kept else "serve.not_served", path=str(checked.path)), "red")
