"""A number that may have a fraction."""

from __future__ import annotations

from flowrunner.fields.number import Number


class DecimalNumber(Number):
    """As many digits after the mark as were typed."""

    name = "decimal"
    widget = "number"
    width = 10
