"""Values of facts as an author writes them: what `on_failure` says."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flowrunner.model.types import Type

_TRUTH = {"true": True, "false": False}


def read_value(found: Type, data: Any) -> Any:
    """The value of a type that these characters (or list of characters) are. Raises ValueError."""
    if found.item is not None:
        if not isinstance(data, list):
            raise ValueError("a list")
        return tuple(read_value(found.item, one) for one in data)
    if not isinstance(data, str):
        raise ValueError("one value")
    match found.kind:
        case "text":
            return data
        case "choice" if data in found.values:
            return data
        case "number":
            return _number(data)
        case "yes_no" if data.lower() in _TRUTH:
            return _TRUTH[data.lower()]
        case "date":
            return date.fromisoformat(data)
        case "moment":
            return _moment(data)
    raise ValueError(found.kind)


def _number(data: str) -> Decimal:
    try:
        number = Decimal(data)
    except InvalidOperation:
        raise ValueError("a number") from None
    if not number.is_finite():
        raise ValueError("a number")
    return number


def _moment(data: str) -> datetime:
    moment = datetime.fromisoformat(data)
    if moment.tzinfo is None:
        raise ValueError("a moment with its zone")
    return moment
