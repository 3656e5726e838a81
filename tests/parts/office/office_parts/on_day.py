"""`on_day: 15`: at the end of the next day of a month that has this number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from flowrunner.json_schema import Schema, scalar
from flowrunner.model.duration import end_of_day
from flowrunner.timer_kinds.base import TimerKind, TimerNode


class OnDay(TimerKind[int]):
    name = "on_day"
    description = "The number of a day, 1 to 28; it is due at the end of the next one."
    counts = True

    def schema(self) -> Schema:
        return scalar(pattern="^([1-9]|1[0-9]|2[0-8])$")

    def bind(self, written: TimerNode) -> int | None:
        return int(written.word() or 1)

    def due(self, value: int, start: datetime | None, env: Mapping[str, Any], zone: tzinfo) -> datetime | None:
        if start is None:
            return None
        day = start.astimezone(zone).date() + timedelta(days=1)
        while day.day != value:
            day += timedelta(days=1)
        return end_of_day(day, zone)
