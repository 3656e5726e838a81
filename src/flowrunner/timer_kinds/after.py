"""`after: DURATION`: so long since a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from flowrunner.json_schema import Schema, duration
from flowrunner.model.duration import Duration
from flowrunner.timer_kinds.base import TimerKind, TimerNode


class AfterTimer(TimerKind[Duration]):
    name = "after"
    description = "How long after `since`."
    counts = True

    def schema(self) -> Schema:
        return duration()

    def bind(self, written: TimerNode) -> Duration | None:
        return written.duration()

    def due(self, value: Duration, start: datetime | None, env: Mapping[str, Any], zone: tzinfo) -> datetime | None:
        return value.add_to(start, zone) if start is not None else None
