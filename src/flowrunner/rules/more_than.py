"""The answer is more than this: `more_than: 0`."""

from __future__ import annotations

from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class MoreThan(Rule):
    """The bound itself is refused."""

    name = "more_than"
    takes = "value"

    def fits(self, type: Type) -> bool:
        return type.kind in ("number", "date")

    def judge(self, value: Value, bound: Any) -> bool:
        return bool(value > bound)
