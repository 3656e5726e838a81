"""`mark_day: NAME` keeps the beginning of this day as a moment."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class MarkDay(Effect):
    name = "mark_day"
    takes = "moment"

    def apply(self, use: EffectUse, change: Change) -> None:
        zone = ZoneInfo(change.flow.time_zone)
        begins = datetime.combine(change.now.astimezone(zone).date(), time(), zone)
        change.update(moments={**change.case.moments, use.argument: begins})
        change.env[use.argument] = begins

    def sets(self, argument: Any) -> frozenset[str]:
        return frozenset({argument})
