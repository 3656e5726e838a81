"""What a deployment says on every page, and what it asks of the web."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from flask import current_app

from flowrunner.service.deployment import Services
from flowrunner.settings import Settings, by_language

# What the application holds of a deployment. Its caches are each held where they are made.
SERVICES, SITE = "flowrunner", "site"


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """`name` and `footer` are words by language, as in `Settings`. `modified` is a day (YYYY-MM-DD).

    `secret` signs cookies. `https` is true when browsers reach us by HTTPS alone: cookies are then kept to it.
    `max_body` is the largest request in bytes, `bodies_at_once` how many of them one process reads at a time: fewer
    than it has threads, so that slow ones leave some for whoever only reads a page. `hosts` are the names by which we
    may be asked, all when it is empty; `proxies` is how many servers of ours stand before us and say who asked. `tray`
    is the folder of the mail tray, when a page shows it.
    """

    secret: str = dataclasses.field(repr=False)
    name: Mapping[str, str] = dataclasses.field(default_factory=dict)
    footer: Mapping[str, str] = dataclasses.field(default_factory=dict)
    version: str = dataclasses.field(default_factory=lambda: metadata.version("flowrunner"))
    modified: str = ""
    https: bool = False
    max_body: int = 1_000_000
    bodies_at_once: int = 24
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    tray: Path | None = None

    def name_in(self, language: str, otherwise: str) -> str:
        """The name of the deployment's service in a language."""
        return by_language(self.name, language, otherwise)

    def footer_in(self, language: str) -> str:
        """The words at the foot of every page, "" when there are none."""
        return by_language(self.footer, language)


def site_of(settings: Settings, secret: str, *, production: bool = False) -> Site:
    """The site of a deployment; in production browsers reach it by HTTPS unless the settings say otherwise."""
    server = settings.server
    return Site(
        secret=secret,
        name=settings.name,
        footer=settings.footer,
        https=production if server.https is None else server.https,
        max_body=settings.max_body,
        bodies_at_once=max(1, server.threads * 3 // 4),
        hosts=server.hosts,
        proxies=server.proxies,
    )


def services() -> Services:
    """The services of the deployment that the running application shows."""
    extension: Services = current_app.extensions[SERVICES]
    return extension


def site() -> Site:
    """What the running application says on every page."""
    extension: Site = current_app.extensions[SITE]
    return extension
