"""The date comes after this one: `after: today`."""

from __future__ import annotations

from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class After(Rule):
    """The bound itself is refused."""

    name = "after"
    takes = "value"

    def fits(self, type: Type) -> bool:
        return type.kind in ("date", "moment")

    def judge(self, value: Value, bound: Any) -> bool:
        return bool(value > bound)
