"""Exact arithmetic as closures: decimals of 28 digits, half-even; nothing where there is nothing to count with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from flowrunner.model.expression.filters import NUMBERS
from flowrunner.model.types import Value

Env: TypeAlias = Mapping[str, Value]
Closure: TypeAlias = Callable[[Env], Value]

_ZERO = Decimal(0)
_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
}


def negative(operand: Closure) -> Closure:
    """Minus a number; of nothing it is nothing."""

    def minus(env: Env) -> Value:
        value = operand(env)
        return None if value is None else NUMBERS.minus(value)

    return minus


def arithmetic(op: str, left: Closure, right: Closure) -> Closure:
    """`left op right` of numbers, or the days between two dates; nothing with nothing, or by zero."""
    calculate = _ARITHMETIC.get(op, _floor_divide)

    def calculated(env: Env) -> Value:
        one, other = left(env), right(env)
        if one is None or other is None:
            return None
        if isinstance(one, date):
            return Decimal((one - other).days)
        number = calculate(one, other)
        if not number:
            return _ZERO  # never minus zero
        return number if number.is_finite() else None

    return calculated


def _floor_divide(one: Decimal, other: Decimal) -> Decimal:
    """Rounded down, also below zero (as the sign `//` promises), unlike the division of `decimal`."""
    whole = NUMBERS.divide_int(one, other)
    if not whole.is_finite():
        return whole
    exact = NUMBERS.multiply(whole, other) == one
    return whole if exact or (one < 0) == (other < 0) else NUMBERS.subtract(whole, Decimal(1))
