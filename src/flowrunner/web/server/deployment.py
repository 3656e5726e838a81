"""A deployment as the web shows it: its settings in, its application out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask

from flowrunner.carriers.tray import FOLDER
from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case
from flowrunner.model.record import replace
from flowrunner.service.deployment import Deployment, open_deployment
from flowrunner.settings import Settings
from flowrunner.web.addresses import step_address
from flowrunner.web.app import create_app
from flowrunner.web.page.template_cache import CompiledTemplates
from flowrunner.web.request.log import Watcher, write_log
from flowrunner.web.server.health import Health
from flowrunner.web.site import site_of


def open_web(settings: Settings, catalogue: Catalogue | None = None) -> Deployment:
    """The deployment whose steps have their addresses here. See `open_deployment`."""
    return open_deployment(settings, _where, catalogue)


def application(
    deployment: Deployment,
    watchers: Iterable[Watcher] = (),
    *,
    tray: bool = False,
    production: bool = False,
    templates: Mapping[str, bytes] | None = None,
) -> Flask:
    """The pages of a deployment. Every request is told to the log and to `watchers`.

    `tray` adds the page that shows the mail tray, for whoever tries flows by hand. `templates` are those that were
    compiled already and not kept in files.
    """
    settings = deployment.settings
    site = site_of(settings, deployment.database.keys, production=production)
    if tray and settings.mail.tray:
        site = replace(site, tray=settings.data / FOLDER)
    watching = (write_log, *watchers)
    app = create_app(site, deployment.cases, watchers=watching, uploads=deployment.uploads)
    app.jinja_env.bytecode_cache = CompiledTemplates(templates)
    app.wsgi_app = Health(app.wsgi_app, deployment)  # type: ignore[method-assign]
    return app


def _where(case: Case, step: str) -> str:
    return step_address(case.language, case.flow, step)
