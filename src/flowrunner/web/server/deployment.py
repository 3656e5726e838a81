"""A deployment as the web shows it: its settings in, its application out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask

from flowrunner.carriers.tray import FOLDER
from flowrunner.model.record import replace
from flowrunner.service.deployment import Services
from flowrunner.web.app import create_app
from flowrunner.web.page.template_cache import CompiledTemplates
from flowrunner.web.request.log import Watcher, write_log
from flowrunner.web.server.health import Health
from flowrunner.web.site import site_of


def application(
    services: Services,
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
    settings = services.settings
    site = site_of(settings, services.secret("cookies"), production=production)
    if tray and settings.mail.tray:
        site = replace(site, tray=settings.data / FOLDER)
    app = create_app(site, services, (write_log, *watchers))
    app.jinja_env.bytecode_cache = CompiledTemplates(templates)
    app.wsgi_app = Health(app.wsgi_app, services)  # type: ignore[method-assign]
    return app
