"""A whole number."""

from __future__ import annotations

from decimal import Decimal

from flowrunner.fields.base import Reading
from flowrunner.fields.number import Number, signed
from flowrunner.fields.one_input import refusal
from flowrunner.model.flow import Field


class Integer(Number):
    """`5.0` is a whole number, `5.5` is not."""

    name = "integer"
    widget = "number"
    width = 10
    thousandths = False

    def hold(self, field: Field, sign: str, whole: str, fraction: str) -> Reading:
        if fraction.strip("0"):
            return refusal(field, "not_whole")
        return Reading(signed(Decimal(f"{sign}{whole}")))
