"""How a number is typed, in any language, and what the types that are numbers have in common.

Spaces of every kind and apostrophes may group digits by three. Of comma and point, the last one is the decimal mark
and the other groups; one that stands more than once groups; a point that stands once is the decimal mark. A comma that
stands once before three digits (`1,234`) is a thousand where no fraction of three digits can be meant (a whole number,
money); elsewhere it is refused rather than guessed. Numbers are exact, of 28 digits at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.labels import plain
from flowrunner.fields.one_input import OneInput, refusal
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import NUMBER, Type

MOST_DIGITS = 28
_NUMBER = re.compile(r"([-+\N{MINUS SIGN}]?)[^\S\n]*([0-9., '\N{NO-BREAK SPACE}\u2007\u2009\u202f\u2019]+)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[^0-9][0-9]{3})+")


class NotANumber(ValueError):
    """The one argument is the code of the problem: `not_a_number`, `number_unclear` or `too_many_digits`."""


def read_number(characters: str, *, thousandths: bool = True) -> tuple[bool, str, str]:
    """Whether it is negative, its whole digits and its fraction's digits. `thousandths`: may a fraction have three?

    Raises NotANumber.
    """
    match = _NUMBER.fullmatch(characters)
    if match is None:
        raise NotANumber("not_a_number")
    whole, fraction = _split(match[2].strip(), thousandths)
    if not whole.isdigit() and not _GROUPED.fullmatch(whole):
        raise NotANumber("not_a_number")
    whole = re.sub("[^0-9]", "", whole).lstrip("0") or "0"
    if len(whole) + len(fraction) > MOST_DIGITS + (whole == "0"):
        raise NotANumber("too_many_digits")
    return match[1] in ("-", "\N{MINUS SIGN}"), whole, fraction


def _split(body: str, thousandths: bool) -> tuple[str, str]:
    mark = _decimal_mark(body, thousandths)
    if mark is None:
        return body, ""
    whole, _, fraction = body.rpartition(mark)
    if not fraction.isdigit() or mark in whole:
        raise NotANumber("not_a_number")
    return whole or "0", fraction


def _decimal_mark(body: str, thousandths: bool) -> str | None:
    commas, points = body.count(","), body.count(".")
    if commas and points:
        return max(",.", key=body.rfind)
    if commas + points != 1:
        return None
    if points:
        return "."
    if not re.fullmatch("[1-9][0-9]{0,2},[0-9]{3}", body):
        return ","
    if thousandths:
        raise NotANumber("number_unclear")
    return None


class Number(OneInput):
    """`thousandths`: may a fraction have three digits? `unread` is the code of what is no number at all."""

    longest = 60
    thousandths: ClassVar[bool] = True
    unread: ClassVar[str] = "not_a_number"

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return NUMBER

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        try:
            negative, whole, fraction = read_number(characters, thousandths=self.thousandths)
        except NotANumber as problem:
            code = str(problem)
            return refusal(field, self.unread if code == "not_a_number" else code)
        return self.hold(field, "-" if negative else "", whole, fraction)

    def hold(self, field: Field, sign: str, whole: str, fraction: str) -> Reading:
        """The answer of these digits."""
        return Reading(signed(Decimal(f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}")))

    def write(self, field: Field, value: Value) -> Inputs:
        return {field.name: (f"{value:f}",)} if isinstance(value, Decimal) else {}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        if not isinstance(value, Decimal):
            return ""
        unit = f"\N{NO-BREAK SPACE}{plain(field.unit, words, language)}" if field.unit is not None else ""
        return f"{words.format.number(value)}{unit}"


def signed(number: Decimal) -> Decimal:
    """The number, where nothing has no sign."""
    return number or number.copy_abs()
