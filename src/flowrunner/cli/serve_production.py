"""Serving people: what is checked before anybody is let in.

Checking settings and flows, and bringing tables up to date, takes libraries that serving does not. A child process
does it and ends, while this one, from which the workers will be forked, loads what serving takes.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flowrunner.cli.base import CommandRefused
from flowrunner.cli.beside import beside
from flowrunner.cli.options import ServeOptions, serve_options
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.settings import Settings

if TYPE_CHECKING:
    from flowrunner.catalogue import Catalogue

Bundles = Mapping[Path, str | None]
"""The bundle of each file that holds a flow, None for one that is not sound."""


def serve_people(typed: ServeOptions, say: Words) -> int:
    """Serve until a signal ends it. Raises CommandRefused for a deployment by which nobody should be served."""
    settings, bundles, templates = beside(lambda: _prepare(typed, say), _load)

    from flowrunner.catalogue import Catalogue
    from flowrunner.service.deployment import is_up_to_date, migrate
    from flowrunner.service.log import start_log
    from flowrunner.web.server.production import Plan, serve_production

    if not is_up_to_date(settings):
        beside(lambda: migrate(settings))
    start_log(settings.server.log or "json")
    # What is loaded stays: only what compiling leaves over is looked for before others are forked from this process.
    gc.freeze()
    catalogue = Catalogue(())
    catalogue.take(bundles)

    def reload() -> None:
        catalogue.take(beside(lambda: _check_again(settings)))

    def ready(address: str) -> None:
        tell(say.say("serve.ready", address=f"{address}/"), "bold")

    plan = Plan(settings, catalogue, reload, ready, templates=templates)
    if settings.server.worker:
        from flowrunner.worker.turns import Turns

        turns = Turns()
        plan = replace(plan, work=turns.begin, bell=turns.bell)
    serve_production(plan)
    return 0


def _load() -> None:
    # They take longest, so they are loaded while the child works.
    import flowrunner.web.server.production
    import flowrunner.worker.turns  # noqa: F401


def _prepare(typed: ServeOptions, say: Words) -> tuple[Settings, Bundles, Mapping[str, bytes]]:
    from flowrunner.catalogue import Catalogue
    from flowrunner.cli.output import tell_findings
    from flowrunner.web.page.template_cache import compile_templates

    settings, fit = serve_options(typed, say)
    if settings.sample_accounts:
        raise CommandRefused(say.say("serve.samples", flows=tuple(settings.sample_accounts)))
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        if checked.diagnostics:
            tell_findings(checked.diagnostics, checked.texts, say.language)
        if not checked.sound:
            tell(say.say("serve.not_served", path=str(checked.path)), "red")
    fit.tell(catalogue.checked)
    if not catalogue.names():
        raise CommandRefused(say.say("serve.nothing", folders=tuple(map(str, settings.flows))))
    _check_mail(settings, catalogue, say)
    return replace(settings, sources=dict(settings.sources)), _bundles(catalogue), compile_templates()


def _check_mail(settings: Settings, catalogue: Catalogue, say: Words) -> None:
    """Codes that nobody gets keep everybody out: it is refused, unless the settings say that it is meant."""
    from flowrunner.service.checkup.mail import sending

    flows = sending(catalogue.checked)
    if flows and settings.mail.tray:
        if not settings.mail.tray_is_meant:
            raise CommandRefused(say.say("serve.no_mail", flows=flows))
        tell(say.say("serve.mail_stays", flows=flows), "yellow")


def _check_again(settings: Settings) -> Bundles:
    """Load the flows anew; what is wrong with one is a line of the log."""
    from flowrunner.catalogue import Catalogue
    from flowrunner.service.log import TOLD

    log = logging.getLogger("flowrunner.flows")
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        codes = sorted({one.message_id for one in checked.diagnostics})
        values = {TOLD: {"file": str(checked.path), "version": checked.version[:12], "found": codes}}
        if checked.sound:
            log.info("the flow is served", extra=values)
        else:
            log.error("the flow is not sound; its last sound version is served, if it had one", extra=values)
    return _bundles(catalogue)


def _bundles(catalogue: Catalogue) -> Bundles:
    return {checked.path: checked.bundle.text if checked.sound else None for checked in catalogue.checked}
