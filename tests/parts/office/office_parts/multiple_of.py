"""The answer is a multiple of a number: `multiple_of: 12`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class MultipleOf(Rule):
    name = "multiple_of"
    takes = "value"

    def fits(self, type: Type) -> bool:
        return type.kind == "number"

    def judge(self, value: Value, bound: Any) -> bool:
        return isinstance(value, Decimal) and value % bound == 0
