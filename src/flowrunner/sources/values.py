"""Typed values from plain data: what a register's row, `on_failure`, a played fact or an answer over HTTP holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}
MOST_DIGITS = 28


def parse_value(data: Any, type: Type) -> Value:
    """The value of this type that plain data means: a scalar's characters, a list, a mapping. Nothing ("" or None) is
    None, for a list the empty list.

    Numbers have a point and no groups, dates are `2026-03-31`, moments ISO 8601 with a zone, yes and no are `true`,
    `yes`, `false` or `no`. Raises ValueError, which says what was expected and never what was found.
    """
    if type.kind == "list":
        return _list(data, type)
    if data is None or data == "":
        return None
    if type.kind in ("record", "address"):
        return _record(data, type)
    if isinstance(data, (Mapping, list, tuple)):
        raise ValueError("one value is expected, not several")
    return _scalar(_characters(data), type)


def _characters(data: Any) -> str:
    if isinstance(data, bool):
        return "true" if data else "false"
    return unicodedata.normalize("NFC", str(data)).strip()


def _list(data: Any, type: Type) -> Value:
    if data is None or data == "":
        return ()
    if isinstance(data, Mapping):
        raise ValueError("a list is expected")
    items = data if isinstance(data, (list, tuple)) else [data]
    return tuple(parse_value(item, type.item or Type("unknown")) for item in items)


def _record(data: Any, type: Type) -> Value:
    if not isinstance(data, Mapping):
        raise ValueError("several named values are expected")
    if not data.keys() <= type.keys.keys():
        raise ValueError(f"only {', '.join(type.keys)} can stand here")
    return {name: parse_value(item, type.keys[name]) for name, item in data.items() if item not in (None, "")}


def _scalar(characters: str, type: Type) -> Value:
    match type.kind:
        case "number":
            return _number(characters)
        case "date":
            if not _DATE.fullmatch(characters):
                raise ValueError("a date such as 2026-03-31 is expected")
            return date.fromisoformat(characters)
        case "moment":
            return _moment(characters)
        case "yes_no":
            if characters.lower() not in _YES_NO:
                raise ValueError("true or false is expected")
            return _YES_NO[characters.lower()]
        case "choice":
            if characters not in type.values:
                raise ValueError(f"one of {', '.join(type.values)} is expected")
            return characters
        case "text" | "unknown":
            return characters
        case _:
            raise ValueError("such a value cannot be written down")


def _number(characters: str) -> Decimal:
    if not _NUMBER.fullmatch(characters):
        raise ValueError("a number such as 1234.5 is expected")
    if sum(character.isdigit() for character in characters) > MOST_DIGITS:
        raise ValueError(f"a number of {MOST_DIGITS} digits at most is expected")
    return Decimal(characters)


def _moment(characters: str) -> datetime:
    try:
        moment = datetime.fromisoformat(characters)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("a moment such as 2026-03-31T09:00:00-04:00 is expected")
    return moment


def nothing(type: Type) -> Value:
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
