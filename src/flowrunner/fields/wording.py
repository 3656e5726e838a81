"""How the values of one flow are put into the words of one language: what the holes of its texts ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.fields.address import address_lines
from flowrunner.model.flow import Choice, Flow
from flowrunner.text import Formats, Piece
from flowrunner.words import Formatter as Written
from flowrunner.words import Words, words


class ZonedFormats:
    """The formats of a language, with moments on the clock of the flow's zone."""

    def __init__(self, written: Written, zone: tzinfo) -> None:
        self._written = written
        self._zone = zone

    def date(self, value: date, /) -> str:
        return self._written.date(self._local(value) if isinstance(value, datetime) else value)

    def time(self, value: datetime, /) -> str:
        return self._written.time(self._local(value))

    def moment(self, value: datetime, /) -> str:
        return self._written.moment(self._local(value))

    def number(self, value: Decimal, /) -> str:
        return self._written.number(value)

    def money(self, value: Decimal, /) -> str:
        return self._written.money(value)

    def join(self, items: tuple[str, ...], /) -> str:
        return self._written.join(items)

    def value(self, value: object, /) -> str:
        return self._written.value(self._local(value) if isinstance(value, datetime) else value)

    def _local(self, value: datetime) -> datetime:
        return value.astimezone(self._zone)


class Wording:
    """The words of one flow in one language: its formats, the labels of its choices, the lines of an address."""

    def __init__(self, flow: Flow, language: str) -> None:
        self.language = language
        self.words: Words = words(language, flow.territory)
        self.formats: Formats = ZonedFormats(self.words.format, ZoneInfo(flow.time_zone))
        self._choices: dict[str, dict[str, Choice]] = {}
        for field in flow.fields.values():
            if isinstance(field.choices, tuple):
                known = {choice.value: choice for choice in field.choices}
                self._choices.setdefault(field.name, {}).update(known)
                if field.type.choices:
                    self._choices.setdefault(field.type.choices, {}).update(known)
                if field.type.item is not None and field.type.item.choices:
                    self._choices.setdefault(field.type.item.choices, {}).update(known)

    def label(self, choices: str, value: str, /) -> Piece:
        """The label of a choice; a value that no list has is its own label."""
        choice = self._choices.get(choices, {}).get(value)
        if choice is None:
            return Piece(value)
        lang = choice.label.lang or ""
        return Piece(choice.label.plain(self.language, {}, self), "" if lang == self.language else lang)

    def address(self, value: Mapping[str, Any], /) -> tuple[str, ...]:
        """The lines of an address, as its field type shows them."""
        return address_lines(value, self.words)


@lru_cache(maxsize=256)
def wording(flow: Flow, language: str) -> Wording:
    """The wording of a flow in a language, made once."""
    return Wording(flow, language)
