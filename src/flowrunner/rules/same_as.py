"""The answer is the same as another field's: `same_as: email`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule
from flowrunner.rules.content import contents


class SameAs(Rule):
    """Lists are the same when they hold the same items in any order, files when they hold the same contents."""

    name = "same_as"
    takes = "field"

    def fits(self, type: Type) -> bool:
        return True

    def judge(self, value: Value, bound: Any) -> bool:
        if isinstance(value, tuple):
            return contents(value) == contents(bound)
        return bool(value == bound)

    def values(self, bound: Any) -> Mapping[str, Value]:
        """None: the other answer may be a password."""
        return {}
