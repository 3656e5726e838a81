"""A deployment as the web shows it: its settings in, its application out."""

from __future__ import annotations

from flask import Flask

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case
from flowrunner.service.deployment import Deployment, open_deployment
from flowrunner.settings import Settings
from flowrunner.web.app import create_app
from flowrunner.web.cases import step_address
from flowrunner.web.site import site_of


def open_web(settings: Settings, catalogue: Catalogue | None = None) -> Deployment:
    """The deployment whose steps have their addresses here. See `open_deployment`."""
    return open_deployment(settings, _where, catalogue)


def application(deployment: Deployment) -> Flask:
    """The pages of a deployment."""
    return create_app(site_of(deployment.settings, deployment.database.keys), deployment.cases)


def _where(case: Case, step: str) -> str:
    return step_address(case.language, case.flow, step)
