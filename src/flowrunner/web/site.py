"""What a deployment says on every page, and what it asks of the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from flask import current_app

from flowrunner.service.accounts import Accounts
from flowrunner.service.cases import Cases
from flowrunner.service.casework import Casework
from flowrunner.service.unsubmitted import Typed
from flowrunner.settings import EVERY_LANGUAGE, Settings
from flowrunner.store.keys import Keys


@dataclass(frozen=True, slots=True)
class Site:
    """`name` and `footer` are words by language, as in `Settings`. `modified` is a day (YYYY-MM-DD).

    `secret` signs cookies. `https` is true when browsers reach us by HTTPS alone: cookies are then kept to it.
    `max_body` is the largest request in bytes. `tray` is the folder of the mail tray, when a page shows it.
    """

    secret: str = field(repr=False)
    name: Mapping[str, str] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)
    version: str = field(default_factory=lambda: metadata.version("flowrunner"))
    modified: str = ""
    https: bool = False
    max_body: int = 1_000_000
    tray: Path | None = None

    def name_in(self, language: str, otherwise: str) -> str:
        """The name of the deployment's service in a language."""
        return self.name.get(language) or self.name.get(EVERY_LANGUAGE) or otherwise

    def footer_in(self, language: str) -> str:
        """The words at the foot of every page, "" when there are none."""
        return self.footer.get(language) or self.footer.get(EVERY_LANGUAGE, "")


def site_of(settings: Settings, keys: Keys) -> Site:
    """The site of a deployment."""
    return Site(
        secret=keys.derive("cookies").hex(), name=settings.name, footer=settings.footer, max_body=settings.max_body
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of one application work with."""

    site: Site
    cases: Cases
    typed: Typed
    accounts: Accounts
    casework: Casework


def desk() -> Desk:
    """That of the running application."""
    found: Desk = current_app.extensions["flowrunner"]
    return found
