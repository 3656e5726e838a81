"""Typed values from plain data: what a register's row, `on_failure`, a played fact or an answer over HTTP holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flowrunner.i18n.words import words
from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.sources.base import Sentence

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}
MOST_DIGITS = 28


class NotOfType(ValueError):
    """Plain data cannot be a value of the type. `sentence` says what was expected and never what was found."""

    def __init__(self, expected: str, **values: object) -> None:
        self.sentence = Sentence(f"source.expected.{expected}", values)
        super().__init__(self.sentence.say(words("en")))


def parse_value(data: Any, type: Type) -> Value:
    """The value of this type that plain data means: a scalar's characters, a list, a mapping. Nothing ("" or None) is
    None, for a list the empty list.

    Numbers have a point and no groups, dates are `2026-03-31`, moments ISO 8601 with a zone, yes and no are `true`,
    `yes`, `false` or `no`. Raises NotOfType.
    """
    if type.kind == "list":
        return _list(data, type)
    if data is None or data == "":
        return None
    if type.kind in ("record", "address"):
        return _record(data, type)
    if isinstance(data, (Mapping, list, tuple)):
        raise NotOfType("one")
    return _scalar(_characters(data), type)


def _characters(data: Any) -> str:
    if isinstance(data, bool):
        return "true" if data else "false"
    return unicodedata.normalize("NFC", str(data)).strip()


def _list(data: Any, type: Type) -> Value:
    if data is None or data == "":
        return ()
    if isinstance(data, Mapping):
        raise NotOfType("list")
    items = data if isinstance(data, (list, tuple)) else [data]
    return tuple(parse_value(item, type.item or Type("unknown")) for item in items)


def _record(data: Any, type: Type) -> Value:
    if not isinstance(data, Mapping):
        raise NotOfType("record")
    if not data.keys() <= type.keys.keys():
        raise NotOfType("keys", known=tuple(type.keys))
    return {name: parse_value(item, type.keys[name]) for name, item in data.items() if item not in (None, "")}


def _scalar(characters: str, type: Type) -> Value:
    match type.kind:
        case "number":
            return _number(characters)
        case "date":
            return _date(characters)
        case "moment":
            return _moment(characters)
        case "yes_no":
            if characters.lower() not in _YES_NO:
                raise NotOfType("yes_no")
            return _YES_NO[characters.lower()]
        case "choice":
            if characters not in type.values:
                raise NotOfType("choice", known=type.values)
            return characters
        case "text" | "unknown":
            return characters
        case _:
            raise NotOfType("nothing")


def _number(characters: str) -> Decimal:
    if not _NUMBER.fullmatch(characters):
        raise NotOfType("number")
    if sum(character.isdigit() for character in characters) > MOST_DIGITS:
        raise NotOfType("digits", most=MOST_DIGITS)
    return Decimal(characters)


def _date(characters: str) -> date:
    try:
        return date.fromisoformat(characters if _DATE.fullmatch(characters) else "")
    except ValueError:
        raise NotOfType("date") from None


def _moment(characters: str) -> datetime:
    try:
        moment = datetime.fromisoformat(characters)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotOfType("moment")
    return moment


def no_values(type: Type) -> Value:
    """What stands for a value that is not known."""
    return () if type.kind == "list" else None


def characters_of(value: Value) -> str:
    """A scalar value as `parse_value` reads it, for comparing an answer with a register's cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return "" if value is None else unicodedata.normalize("NFC", str(value)).strip()
