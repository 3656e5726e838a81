"""The answer has at most so many characters: `max_length: 150`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class MaxLength(Rule):
    """Characters are Unicode code points of the composed form (NFC) in which answers are kept."""

    name = "max_length"
    takes = "count"

    def fits(self, type: Type) -> bool:
        return type.kind == "text"

    def judge(self, value: Value, bound: Any) -> bool:
        return isinstance(value, str) and len(value) <= bound

    def values(self, bound: Any) -> Mapping[str, Value]:
        return {"bound": Decimal(bound), "n": Decimal(bound)}
