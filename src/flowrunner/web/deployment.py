"""A deployment as the web shows it: its settings in, its application out."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case
from flowrunner.service.deployment import Deployment, open_deployment
from flowrunner.settings import Settings
from flowrunner.web.addresses import step_address
from flowrunner.web.app import create_app
from flowrunner.web.health import Health
from flowrunner.web.site import site_of
from flowrunner.web.watch import Watcher, write_log


def open_web(settings: Settings, catalogue: Catalogue | None = None) -> Deployment:
    """The deployment whose steps have their addresses here. See `open_deployment`."""
    return open_deployment(settings, _where, catalogue)


def application(deployment: Deployment, watchers: Iterable[Watcher] = (), *, production: bool = False) -> Flask:
    """The pages of a deployment. Every request is told to the log and to `watchers`."""
    site = site_of(deployment.settings, deployment.database.keys, production=production)
    app = create_app(site, deployment.cases, (write_log, *watchers))
    app.wsgi_app = Health(app.wsgi_app, deployment)  # type: ignore[method-assign]
    return app


def _where(case: Case, step: str) -> str:
    return step_address(case.language, case.flow, step)
