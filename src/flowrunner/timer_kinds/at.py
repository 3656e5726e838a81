"""`at: EXPRESSION`: at a moment, or at the end of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from flowrunner.json_schema import Schema, expression
from flowrunner.model.duration import end_of_day
from flowrunner.model.expression.expression import Expression
from flowrunner.timer_kinds.base import TimerKind, TimerNode


class AtTimer(TimerKind[Expression]):
    name = "at"
    description = "A date or moment; a date counts to its end."

    def schema(self) -> Schema:
        return expression()

    def bind(self, written: TimerNode) -> Expression | None:
        return written.time()

    def due(self, value: Expression, start: datetime | None, env: Mapping[str, Any], zone: tzinfo) -> datetime | None:
        time = value.evaluate(env)
        if isinstance(time, datetime):
            return time
        return end_of_day(time, zone) if isinstance(time, date) else None
