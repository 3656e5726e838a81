"""At least so many are chosen or added: `at_least: 1`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class AtLeast(Rule):
    """Counts the choices or the files of an answer."""

    name = "at_least"
    takes = "count"

    def fits(self, type: Type) -> bool:
        return type.kind == "list"

    def judge(self, value: Value, bound: Any) -> bool:
        return isinstance(value, tuple) and len(value) >= bound

    def values(self, bound: Any) -> Mapping[str, Value]:
        return {"bound": Decimal(bound), "n": Decimal(bound)}
