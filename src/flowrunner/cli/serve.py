"""`flowrunner serve`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from flowrunner.catalogue import Catalogue, Checked
from flowrunner.cli.base import Command, Spoken, argument, settings_option
from flowrunner.cli.flows import settings_of, there
from flowrunner.cli.output import tell, tell_findings
from flowrunner.cli.production import serve_production
from flowrunner.compiler.server_settings import BOUNDS
from flowrunner.errors import FlowrunnerError
from flowrunner.service.deployment import migrate
from flowrunner.service.log import start_log
from flowrunner.settings import Settings
from flowrunner.web.deployment import application, open_web
from flowrunner.web.server import listen
from flowrunner.web.watch import REQUESTS
from flowrunner.words import Words

LOOK_EVERY = 0.5  # seconds between two looks at the files


class Serve(Command):
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
            said = settings_of(settings, say)
            changes = {"port": port, "host": host, "data": Path(data) if data else None}
            chosen = {key: value for key, value in changes.items() if value is not None}
            folders = tuple(there(flows, say)) or said.flows
            asked = {key: value for key, value in {"workers": workers, "threads": threads}.items() if value is not None}
            server = replace(said.server, **asked)
            whole = replace(said, **chosen, flows=folders, server=server)  # type: ignore[arg-type]
            return serve_production(whole, say) if production else serve(whole, say)

        params = [
            argument(say, "serve.flows", required=False, many=True),
            click.Option(["--port"], type=click.IntRange(0, 65535), metavar="PORT", help=say.say("serve.port")),
            click.Option(["--host"], metavar="HOST", help=say.say("serve.host")),
            click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")),
            settings_option(say),
            click.Option(["--production"], is_flag=True, help=say.say("serve.production")),
            _number(say, "workers"),
            _number(say, "threads"),
        ]
        return Spoken(say, self.name, run, params, say.say("serve.flows"))


def _number(say: Words, name: str) -> click.Option:
    least, most = BOUNDS[name]
    return click.Option(
        [f"--{name}"], type=click.IntRange(least, most), metavar="NUMBER", help=say.say(f"serve.{name}")
    )


def serve(settings: Settings, say: Words) -> int:
    """Serve an author until somebody stops it."""
    start_log(settings.server.log or "plain")
    logging.getLogger(REQUESTS).setLevel(logging.WARNING)
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        _tell(checked, catalogue, say, first=True)
    if not catalogue.names():
        tell(say.say("serve.no_flow", folders=tuple(map(str, settings.flows))), "yellow")
    migrate(settings)
    deployment = open_web(settings, catalogue)
    deployment.load_samples()
    server = listen(application(deployment), settings.host, settings.port)
    stop = _watch(catalogue, say)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(say.say("serve.ready", address=f"http://{host}:{server.server_port}/"), "bold")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        tell(say.say("cli.stopped"))
    finally:
        stop()
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
