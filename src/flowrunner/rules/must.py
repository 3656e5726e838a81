"""A guard over answers and facts holds: `must: arrival < departure`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule


class Must(Rule):
    """Its own words say little: an author gives a `message`, and says `at: field` where it is about another one."""

    name = "must"
    takes = "guard"

    def fits(self, type: Type) -> bool:
        return True

    def judge(self, value: Value, bound: Any) -> bool:
        return bool(bound)

    def values(self, bound: Any) -> Mapping[str, Value]:
        return {}
