"""The answer differs from another field's: `different_from: photo_id`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule
from flowrunner.rules.content import contents


class DifferentFrom(Rule):
    """Lists differ when they have nothing in common; a file is known by its content, whatever its name."""

    name = "different_from"
    takes = "field"

    def fits(self, type: Type) -> bool:
        return True

    def judge(self, value: Value, bound: Any) -> bool:
        if isinstance(value, tuple):
            return contents(value).isdisjoint(contents(bound))
        return bool(value != bound)

    def values(self, bound: Any) -> Mapping[str, Value]:
        """None: the other answer may be a password."""
        return {}
