"""What a deployment says on every page, and what it asks of the web."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from threading import BoundedSemaphore

from flask import current_app
from msgspec import Struct, field

from flowrunner.service.accounts.accounts import Accounts
from flowrunner.service.accounts.home import Home
from flowrunner.service.cases.cases import Cases
from flowrunner.service.cases.drafts import DraftStore
from flowrunner.service.desk.desk import Casework
from flowrunner.service.mail.letter_pdf import LetterMaker
from flowrunner.service.mail.messages import Messages
from flowrunner.service.uploads.previews import Previews
from flowrunner.service.uploads.uploads import Uploads
from flowrunner.settings import EVERY_LANGUAGE, Settings
from flowrunner.store.sealing.keys import Keys


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
        return self.name.get(language) or self.name.get(EVERY_LANGUAGE) or otherwise

    def footer_in(self, language: str) -> str:
        """The words at the foot of every page, "" when there are none."""
        return self.footer.get(language) or self.footer.get(EVERY_LANGUAGE, "")


def site_of(settings: Settings, keys: Keys, *, production: bool = False) -> Site:
    """The site of a deployment; in production browsers reach it by HTTPS unless the settings say otherwise."""
    server = settings.server
    return Site(
        secret=keys.derive("cookies").hex(),
        name=settings.name,
        footer=settings.footer,
        https=production if server.https is None else server.https,
        max_body=settings.max_body,
        bodies_at_once=max(1, server.threads * 3 // 4),
        hosts=server.hosts,
        proxies=server.proxies,
    )


class Services(Struct, frozen=True):
    """What the views of one application work with. Without `uploads`, pages that ask for files are not open."""

    site: Site
    cases: Cases
    typed: DraftStore
    accounts: Accounts
    casework: Casework
    home: Home
    messages: Messages
    letters: LetterMaker
    uploads: Uploads | None = None
    previews: Previews | None = None
    bodies: BoundedSemaphore = field(default_factory=BoundedSemaphore)


def services() -> Services:
    """That of the running application."""
    found: Services = current_app.extensions["flowrunner"]
    return found
