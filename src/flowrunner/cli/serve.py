"""`flowrunner serve`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from flowrunner.catalogue import Catalogue, Checked
from flowrunner.cli.base import Command, Spoken, argument, settings_option
from flowrunner.cli.database import open_database
from flowrunner.cli.flows import settings_of, there
from flowrunner.cli.output import tell, tell_findings
from flowrunner.errors import FlowrunnerError
from flowrunner.service.cases import Cases
from flowrunner.service.passwords import Passwords
from flowrunner.service.sample_accounts import SAMPLE_PASSWORD, load_sample_accounts
from flowrunner.service.sources import Sources
from flowrunner.settings import Settings
from flowrunner.store import versions
from flowrunner.store.database import Database
from flowrunner.web.addresses import step_address
from flowrunner.web.app import create_app
from flowrunner.web.server import listen
from flowrunner.web.site import Site
from flowrunner.words import Words

LOOK_EVERY = 0.5  # seconds between two looks at the files


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
    database = open_database(settings)
    catalogue.store_with(_stored(database))
    _load_samples(database, catalogue, settings, say)
    sources = Sources(database, settings.sources, settings.folder)
    cases = Cases(database, catalogue, sources, lambda case, step: step_address(case.language, case.flow, step))
    site = Site(
        secret=database.keys.derive("cookies").hex(),
        name=settings.name,
        footer=settings.footer,
        max_body=settings.max_body,
    )
    server = listen(create_app(site, cases), settings.host, settings.port)
    stop = _watch(catalogue, say)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(say.say("serve.ready", address=f"http://{host}:{server.server_port}/"), "bold")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        tell(say.say("cli.stopped"))
    finally:
        stop()
        sources.close()
        database.close()
    return 0


def _load_samples(database: Database, catalogue: Catalogue, settings: Settings, say: Words) -> None:
    """Accounts to try the flows with, and the password of all of them. A real deployment names none."""
    found = [(path, program) for name, path in settings.sample_accounts.items() if (program := catalogue.current(name))]
    if not found:
        return
    known = Passwords().hash(SAMPLE_PASSWORD)
    for path, program in found:
        load_sample_accounts(database, program.flow, path, datetime.now(UTC), known)
    tell(say.say("serve.samples", password=SAMPLE_PASSWORD))


def _stored(database: Database) -> Callable[[str, str], str | None]:
    def find(flow: str, version: str) -> str | None:
        with database.reading() as transaction:
            return versions.find(transaction, flow, version)

    return find


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
