"""How the values of one flow are put into the words of one language: what the holes of its texts ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.fields.address import address_lines
from flowrunner.i18n.words import Formatter as Written
from flowrunner.i18n.words import Words, words
from flowrunner.model.flow import Flow
from flowrunner.text.parts import Formats, Piece
from flowrunner.text.text import Text


class ZonedFormats:
    """The formats of a language, with moments on the clock of the flow's zone."""

    def __init__(self, written: Written, zone: tzinfo) -> None:
        self._written = written
        self._zone = zone
        # The same few days are named over and over.
        self._date = lru_cache(maxsize=1000)(written.date)

    def date(self, value: date, /) -> str:
        return self._date(self._local(value).date() if isinstance(value, datetime) else value)

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
        self._labels: dict[str, dict[str, Text]] = {}
        for field in flow.fields.values():
            if isinstance(field.choices, tuple):
                item = field.type.item or field.type
                for name in {field.name, item.choices} - {""}:
                    self._labels.setdefault(name, {}).update({c.value: c.label for c in field.choices})

    def label(self, choices: str, value: str, /) -> Piece:
        """The label of a choice, with its language if that is another; a value that no list has is its own label."""
        label = self._labels.get(choices, {}).get(value)
        if label is None:
            return Piece(value)
        return Piece(label.plain(self.language, {}, self), "" if label.lang == self.language else label.lang)

    def address(self, value: Mapping[str, Any], /) -> tuple[str, ...]:
        """The lines of an address."""
        return address_lines(value, self.words)


@lru_cache(maxsize=256)
def wording(flow: Flow, language: str) -> Wording:
    """The wording of a flow in a language, made once."""
    return Wording(flow, language)
