"""The mail tray: e-mail as files of the data folder, for trying a flow without a mail server."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from flowrunner.carriers.mail import Mail, Sender

FOLDER = "mail"
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{16}")
_ENDING = ".eml"


class TrayMail(Struct, frozen=True):
    """One mail of the tray. `name` is that of its file without the ending."""

    name: str
    subject: str
    to: str
    written: datetime
    plain: str
    html: str


class Tray:
    """A `MailCarrier` that puts each mail into a file of its own; a mail that comes twice is one file."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.folder = folder
        self._sender = sender

    def carry(self, mail: Mail) -> None:
        """Raises DeliveryRefused when nothing can go to the address."""
        from flowrunner.carriers.mime import compose  # it comes with the first mail

        composed = compose(mail, self._sender)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = mail.written.astimezone(UTC)
        path = self.folder / f"{written:%Y%m%dT%H%M%S}-{composed.message_id[1:17]}{_ENDING}"
        draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(composed.content)
        draft.replace(path)

    def rest(self) -> None:
        """Nothing is open."""


def tray_mails(folder: Path) -> list[TrayMail]:
    """The mails of a tray, the newest first."""
    names = sorted((path.stem for path in folder.glob(f"*{_ENDING}")), reverse=True)
    return [mail for name in names if (mail := tray_mail(folder, name)) is not None]


def tray_mail(folder: Path, name: str) -> TrayMail | None:
    """One mail of a tray, or None; `name` may come from an address."""
    from email import policy
    from email.message import EmailMessage
    from email.parser import BytesParser

    path = folder / f"{name}{_ENDING}"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return TrayMail(
        name,
        subject=str(message["Subject"]),
        to=str(message["To"]),
        written=message["Date"].datetime,
        plain=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
    )


def sweep(folder: Path, before: datetime) -> None:
    """Drop the mails that were written before, and what is left of those that were never finished."""
    for path in folder.glob("*"):
        if path.name < f"{before.astimezone(UTC):%Y%m%dT%H%M%S}":
            path.unlink(missing_ok=True)
