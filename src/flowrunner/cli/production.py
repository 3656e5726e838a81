"""`flowrunner serve --production`: what is checked before anybody is served."""

from __future__ import annotations

from flowrunner.catalogue import Catalogue
from flowrunner.cli.base import Refused
from flowrunner.cli.output import tell, tell_findings
from flowrunner.service.deployment import migrate
from flowrunner.service.log import start_log
from flowrunner.settings import Settings
from flowrunner.web import production
from flowrunner.words import Words


def serve_production(settings: Settings, say: Words) -> int:
    """Serve people until a signal ends it. Raises Refused for a deployment that nobody should be served by."""
    if settings.sample_accounts:
        raise Refused(say.say("serve.samples", flows=tuple(settings.sample_accounts)))
    start_log(settings.server.log or "json")
    catalogue = Catalogue(settings.flows)
    for checked in catalogue.checked:
        if checked.diagnostics:
            tell_findings(checked.diagnostics, checked.texts, say.language)
        if not checked.sound:
            tell(say.say("serve.not_served", path=str(checked.path)), "red")
    if not catalogue.names():
        raise Refused(say.say("serve.nothing", folders=tuple(map(str, settings.flows))))
    migrate(settings)
    production.serve(
        production.Plan(
            settings, catalogue, lambda address: tell(say.say("serve.ready", address=f"{address}/"), "bold")
        )
    )
    return 0
