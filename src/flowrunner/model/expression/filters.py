"""The closed tables of tests and filters. A new one is one entry here.

A *test* (`is answered`) gives yes or no of whatever stands before it. A *filter* (`| length`) takes a value and gives
another. A *words filter* (`| date`) needs a language, so it may only be the last thing in a hole of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, DecimalException
from typing import Any, TypeAlias

from msgspec import Struct

from flowrunner.model.duration import Duration, parse_duration
from flowrunner.model.mistake import Mistake
from flowrunner.model.types import DATE, NUMBER, TEXT, Kind, Type, Value

NUMBERS = Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-99, Emax=99, traps=[])
"""Exact to 28 digits, half to even; what it cannot hold (by zero, too large) is not finite, and so becomes nothing."""

Args: TypeAlias = tuple[str | Decimal | bool, ...]


class BadArguments(Struct, frozen=True):
    """The brackets of a filter hold something else than what is wanted (an example: "…" for no brackets at all)."""

    example: str


class FilterEntry(Struct, frozen=True):
    """`takes`: kinds of value. `read`: its arguments as `run` wants them. `gives`: the type that comes out.

    `run(value, argument, zone)` is called with a value that is not nothing (a list may be empty); it may raise
    OverflowError, ValueError or DecimalException, and then nothing comes out.
    """

    takes: tuple[Kind, ...]
    gives: Callable[[Type], Type]
    run: Callable[[Any, Any, tzinfo], Value]
    read: Callable[[Args, Type], Any]


def _none(args: Args, operand: Type) -> BadArguments | None:
    return BadArguments("…") if args else None


def _duration(args: Args, operand: Type) -> Duration | Mistake | BadArguments:
    if len(args) != 1 or not isinstance(args[0], str):
        return BadArguments("('30 days')")
    read = parse_duration(args[0])
    if isinstance(read, Duration) and operand.kind == "date" and not read.whole_days:
        return Mistake("whole_days", {"found": args[0]})
    return read


def _places(args: Args, operand: Type) -> int | BadArguments:
    if not args:
        return 0
    if len(args) == 1 and isinstance(args[0], Decimal) and args[0] in range(11):
        return int(args[0])
    return BadArguments("(0) … (10)")


def _shift(sign: int) -> Callable[[date, Duration, tzinfo], date]:
    def shift(value: date, duration: Duration, zone: tzinfo) -> date:
        if isinstance(value, datetime):
            return duration.add_to(value, zone, sign)
        return duration.add_to_date(value, sign)

    return shift


def _rounded(rounding: str) -> Callable[[Decimal, int | None, tzinfo], Decimal]:
    context = Context(prec=28, rounding=rounding, Emin=-99, Emax=99)

    def rounded(value: Decimal, places: int | None, zone: tzinfo) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-(places or 0)), context=context)

    return rounded


def _same(operand: Type) -> Type:
    return operand


def _number(operand: Type) -> Type:
    return NUMBER


def _text(operand: Type) -> Type:
    return TEXT


def _date(operand: Type) -> Type:
    return DATE


FILTERS: Mapping[str, FilterEntry] = {
    "length": FilterEntry(("list", "text"), _number, lambda value, _, zone: Decimal(len(value)), _none),
    "count": FilterEntry(("list",), _number, lambda value, _, zone: Decimal(len(value)), _none),
    "plus": FilterEntry(("date", "moment"), _same, _shift(1), _duration),
    "minus": FilterEntry(("date", "moment"), _same, _shift(-1), _duration),
    "day": FilterEntry(("moment",), _date, lambda value, _, zone: value.astimezone(zone).date(), _none),
    "round": FilterEntry(("number",), _number, _rounded(ROUND_HALF_EVEN), _places),
    "floor": FilterEntry(("number",), _number, _rounded(ROUND_FLOOR), _none),
    "ceil": FilterEntry(("number",), _number, _rounded(ROUND_CEILING), _none),
    "lower": FilterEntry(("text",), _text, lambda value, _, zone: value.lower(), _none),
    "upper": FilterEntry(("text",), _text, lambda value, _, zone: value.upper(), _none),
}
FAILURES = (OverflowError, ValueError, DecimalException)

TESTS: Mapping[str, Callable[[Value], bool]] = {
    "answered": lambda value: value is not None and value not in ((), ""),
}

WORDS: Mapping[str, tuple[Kind, ...]] = {
    "date": ("date", "moment"),
    "time": ("moment",),
    "money": ("number",),
    "bullets": ("list",),
    "join_and": ("list",),
}
"""The kinds of value that each words filter takes; what it shows is in `hole`."""
