"""The answer is one of these: `one_of: [10, 20, 50]`."""

from __future__ import annotations

from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class OneOf(Rule):
    """Of an answer that is a list, each item is one of them."""

    name = "one_of"
    takes = "values"

    def fits(self, type: Type) -> bool:
        item = type.item if type.item is not None else type
        return item.kind in ("text", "number", "date", "choice")

    def judge(self, value: Value, bound: Any) -> bool:
        return all(item in bound for item in (value if isinstance(value, tuple) else (value,)))
