"""A deployment as the web shows it: its settings in, its application out."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from flowrunner.carriers.tray import FOLDER
from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Case
from flowrunner.service.deployment import Deployment, open_deployment
from flowrunner.settings import Settings
from flowrunner.web.addresses import step_address
from flowrunner.web.app import create_app
from flowrunner.web.site import site_of


def open_web(settings: Settings, catalogue: Catalogue | None = None) -> Deployment:
    """The deployment whose steps have their addresses here. See `open_deployment`."""
    return open_deployment(settings, _where, catalogue)


def application(deployment: Deployment, *, tray: bool = False) -> Flask:
    """The pages of a deployment; `tray` adds the one that shows the mail tray, for whoever tries flows by hand."""
    settings = deployment.settings
    site = site_of(settings, deployment.database.keys)
    if tray and settings.mail.tray:
        site = replace(site, tray=settings.data / FOLDER)
    return create_app(site, deployment.cases)


def _where(case: Case, step: str) -> str:
    return step_address(case.language, case.flow, step)
