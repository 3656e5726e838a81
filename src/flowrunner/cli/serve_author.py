"""Serving an author: a flow that is edited is taken over as soon as it is sound."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flowrunner.catalogue import Catalogue, Checked
from flowrunner.cli.fit import SettingsFit
from flowrunner.cli.output import tell, tell_findings
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import Words
from flowrunner.service.accounts.sample_accounts import SAMPLE_PASSWORD
from flowrunner.service.deployment import migrate, open_services
from flowrunner.service.log import start_log
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.request.log import REQUESTS
from flowrunner.web.server.deployment import application
from flowrunner.web.server.development import listen
from flowrunner.worker.loop import make_worker, start

LOOK_EVERY = 0.5  # seconds between two looks at the files
PATIENCE = 10.0  # seconds for the mail that is under way


def serve_author(settings: Settings, fit: SettingsFit, say: Words) -> int:
    """Serve an author until somebody stops it."""
    start_log(settings.server.log or "plain")
    logging.getLogger(REQUESTS).setLevel(logging.WARNING)
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        _tell(checked, catalogue, say, first=True)
    fit.tell(catalogue.checked)
    if not catalogue.names():
        tell(say.say("serve.no_flow", folders=tuple(map(str, settings.flows))), "yellow")
    migrate(settings)
    services = open_services(settings, where, catalogue)
    if services.load_samples(SAMPLE_PASSWORD):
        tell(say.say("serve.sample_password", password=SAMPLE_PASSWORD))
    worker = make_worker(services)
    server = listen(application(services, tray=True), settings.host, settings.port)
    working = start(worker)
    stop = _watch(catalogue, fit, say)
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
        services.close()
    return 0


def _watch(catalogue: Catalogue, fit: SettingsFit, say: Words) -> Callable[[], None]:
    """Look at the files now and then, and tell what came of a change; what comes back ends it."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_EVERY):
            try:
                for checked in catalogue.reload():
                    _tell(checked, catalogue, say)
                fit.tell(catalogue.checked)
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
        older = catalogue.serves(checked.path)
        tell(say.say("serve.kept" if older else "serve.not_served", path=str(checked.path)), "red")
