"""Lengths of time in full words: `30 days`, `15 minutes`, `3 working days`.

Days, weeks, months and years are counted on the calendar of the flow's zone: `30 days` after a moment is that date plus
30, **at its end**, which is the last microsecond of that day (23:59:59.999999 there). So the date of a deadline is the
last day on which a person may still act, and the deadline has passed when now is later than it. Seconds, minutes and
hours are exact, whatever the clocks on the wall do.

isodate and pytimeparse were weighed: one reads `P30D` and not words, the other makes seconds of every length, and
neither knows working days.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from msgspec import Struct

from flowrunner.model.mistake import Mistake
from flowrunner.registry import nearest

EXACT = {"second": 1, "minute": 60, "hour": 3600}
ABOUT_DAYS = {"day": 1, "working day": 1.4, "week": 7, "month": 31, "year": 366}
UNITS = (*EXACT, *ABOUT_DAYS)
MOST_YEARS = 200
MOST_DAYS = MOST_YEARS * 366
_FORM = re.compile(r"([0-9]{1,9}) +([a-z]+(?: [a-z]+)?)")
_END_OF_DAY = time(23, 59, 59, 999999, fold=1)


class Duration(Struct, frozen=True):
    """`amount` (a whole number from 0) of `unit` (one of UNITS, in the singular)."""

    amount: int
    unit: str

    @property
    def whole_days(self) -> bool:
        """Whether it is counted on the calendar and ends with a day."""
        return self.unit not in EXACT

    @property
    def seconds(self) -> int:
        """Its length in seconds, for limits; a month counts 31 days and a year 366."""
        if self.unit in EXACT:
            return self.amount * EXACT[self.unit]
        return round(self.amount * ABOUT_DAYS[self.unit] * 86400)

    def add_to(self, moment: datetime, zone: tzinfo, sign: int = 1) -> datetime:
        """The moment so long after (sign 1) or before (sign -1), in `zone`; OverflowError outside the calendar."""
        if self.unit in EXACT:
            return (moment.astimezone(UTC) + timedelta(seconds=sign * self.seconds)).astimezone(zone)
        return end_of_day(self.add_to_date(moment.astimezone(zone).date(), sign), zone)

    def add_to_date(self, day: date, sign: int = 1) -> date:
        """The date so many whole days after (sign 1) or before (sign -1); OverflowError outside the calendar.

        A day that the month lacks becomes its last (31 January plus 1 month is 28 or 29 February). Working days are
        Monday to Friday. Seconds, minutes and hours do not move a date.
        """
        if self.unit in ("day", "week"):
            return day + timedelta(days=sign * self.amount * (7 if self.unit == "week" else 1))
        if self.unit in ("month", "year"):
            return _add_months(day, sign * self.amount * (12 if self.unit == "year" else 1))
        return _add_working_days(day, self.amount, sign) if self.unit == "working day" else day

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


def parse_duration(source: str) -> Duration | Mistake:
    """Read `30 days`; the units may stand in the singular or the plural."""
    match = _FORM.fullmatch(source.strip()) if len(source) < 60 else None
    if match is None:
        return Mistake("not_a_duration", {"found": source[:60]}, 0, len(source))
    unit = match[2].removesuffix("s")
    if unit not in UNITS:
        likely = nearest(unit, UNITS)
        return Mistake("unknown_unit", {"name": match[2]}, 0, len(source), f"{likely}s" if likely else None)
    duration = Duration(int(match[1]), unit)
    if duration.seconds > MOST_DAYS * 86400:
        return Mistake("too_long_duration", {"found": source[:60], "most": str(MOST_YEARS)}, 0, len(source))
    return duration


@lru_cache(maxsize=1000)
def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last microsecond of a date in a zone, also on days on which clocks change."""
    return datetime.combine(day, _END_OF_DAY, zone).astimezone(UTC).astimezone(zone)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("outside the calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _add_working_days(day: date, amount: int, sign: int) -> date:
    weeks, rest = divmod(amount, 5)
    day += timedelta(weeks=sign * weeks)
    if rest == 0 and weeks:
        while day.weekday() > 4:  # a week counted from Saturday or Sunday ends with the Friday before
            day -= timedelta(days=sign)
    while rest:
        day += timedelta(days=sign)
        rest -= day.weekday() < 5
    return day
