"""When the timers of a case are due: worked out from its moments and answers, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.model.case import Case
from flowrunner.model.flow import Flow, Reminder, Timer
from flowrunner.timer_kinds.built_in import TIMER_KINDS


def deadline(flow: Flow, timer: Timer, case: Case, env: Mapping[str, Any]) -> datetime | None:
    """The last moment before the timer fires, or None while what it counts from is not there.

    It stays readable once the timer has stopped: a page may still say when the deadline was.
    """
    return TIMER_KINDS[timer.kind].due(timer.value, _start(timer, case), env, ZoneInfo(flow.time_zone))


def runs(timer: Timer, case: Case) -> bool:
    """Whether the timer can fire now: in its step, or in the case until its moment is set."""
    if case.ended is not None:
        return False
    if timer.in_step is not None and case.step != timer.in_step:
        return False
    return timer.until is None or timer.until not in case.moments


def reminders(
    flow: Flow, timer: Timer, case: Case, until: datetime | None = None
) -> Iterator[tuple[str, datetime, Reminder]]:
    """The reminders of a timer that have not gone out: a key, when each is due, and what it is. With `until`, those
    that are due before."""
    start = _start(timer, case)
    if start is None or not timer.remind:
        return
    zone = ZoneInfo(flow.time_zone)
    for index, reminder in enumerate(timer.remind):
        due = reminder.after.add_to(start, zone)
        if until is not None and due >= until:
            continue
        key = f"{timer.name}:{index}:{start.isoformat()}"
        if key not in case.reminded:
            yield key, due, reminder


def _start(timer: Timer, case: Case) -> datetime | None:
    if timer.since is not None:
        return case.moments.get(timer.since)
    return case.path[-1].since if timer.in_step == case.step else None
