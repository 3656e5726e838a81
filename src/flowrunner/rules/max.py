"""The answer is this or less: `max: 100`."""

from __future__ import annotations

from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class Max(Rule):
    """The bound itself is accepted."""

    name = "max"
    takes = "value"

    def fits(self, type: Type) -> bool:
        return type.kind in ("number", "date")

    def judge(self, value: Value, bound: Any) -> bool:
        return bool(value <= bound)
