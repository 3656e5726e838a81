"""An e-mail, and what takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from flowrunner.settings import EVERY_LANGUAGE


class MailSection(Struct, frozen=True):
    """The mail in one language: its subject in plain words, its body in plain words and as HTML that is safe to show.
    `lang` is the language that its words are in, `language` the one that it is for."""

    language: str
    subject: str
    plain: str
    html: str
    lang: str = ""


class Mail(Struct, frozen=True):
    """One e-mail, in one language or in several. `key` makes its Message-ID, `written` its date."""

    key: str
    to: str
    sections: tuple[MailSection, ...]
    written: datetime


class Sender(Struct, frozen=True):
    """Who sends, by language. `address` is where browsers find the service ("" when that is not known), `name` what it
    is called."""

    sender: Mapping[str, str]
    reply_to: Mapping[str, str]
    name: Mapping[str, str]
    address: str = ""


def localized(words: Mapping[str, str], language: str) -> str:
    """The words of a language, else those that are the same in all, else the first that there are."""
    return words.get(language) or words.get(EVERY_LANGUAGE) or next(iter(words.values()), "")


class MailCarrier(Protocol):
    """What takes e-mail. `carry` raises Away, Postponed or DeliveryRefused; `rest` is said when there is no more for
    now."""

    def carry(self, mail: Mail) -> None: ...
    def rest(self) -> None: ...
