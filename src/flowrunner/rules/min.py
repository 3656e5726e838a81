"""The answer is this or more: `min: 0`."""

from __future__ import annotations

from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class Min(Rule):
    """The bound itself is accepted."""

    name = "min"
    takes = "value"

    def fits(self, type: Type) -> bool:
        return type.kind in ("number", "date")

    def judge(self, value: Value, bound: Any) -> bool:
        return bool(value >= bound)
