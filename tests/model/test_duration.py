from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.duration import Duration, end_of_day, parse_duration
from flowrunner.model.mistake import Mistake

TORONTO = ZoneInfo("America/Toronto")


def duration(source: str) -> Duration:
    found = parse_duration(source)
    assert isinstance(found, Duration), found
    return found


class TestReading:
    @pytest.mark.parametrize(
        ("source", "amount", "unit"),
        [
            ("30 days", 30, "day"),
            ("1 day", 1, "day"),
            ("15 minutes", 15, "minute"),
            ("3 working days", 3, "working day"),
            ("2 years", 2, "year"),
            (" 10  seconds ", 10, "second"),
        ],
    )
    def test_full_words(self, source: str, amount: int, unit: str) -> None:
        assert duration(source) == Duration(amount, unit)

    @pytest.mark.parametrize(
        ("source", "code", "nearest"),
        [
            ("30", "not_a_duration", None),
            ("soon", "not_a_duration", None),
            ("30 d", "unknown_unit", None),
            ("30 dayz", "unknown_unit", "days"),
            ("-3 days", "not_a_duration", None),
            ("999 years", "too_long_duration", None),
            ("٣ days", "not_a_duration", None),
            ("9" * 100, "not_a_duration", None),
        ],
    )
    def test_anything_else_is_a_mistake(self, source: str, code: str, nearest: str | None) -> None:
        found = parse_duration(source)
        assert isinstance(found, Mistake)
        assert (found.code, found.nearest) == (code, nearest)

    @given(st.text(max_size=20))
    def test_nothing_raises(self, source: str) -> None:
        assert isinstance(parse_duration(source), Duration | Mistake)

    def test_it_is_written_as_it_is_read(self) -> None:
        for source in ("1 day", "30 days", "3 working days", "1 minute"):
            assert str(duration(source)) == source


class TestMoments:
    def test_days_end_with_the_last_one(self) -> None:
        begun = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
        deadline = duration("30 days").add_to(begun, TORONTO)
        assert deadline == datetime(2026, 4, 1, 23, 59, 59, 999999, TORONTO)
        assert deadline.date() == date(2026, 4, 1)

    def test_the_day_is_that_of_the_zone(self) -> None:
        late = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # still 2 March in Toronto
        assert duration("1 day").add_to(late, TORONTO).date() == date(2026, 3, 3)

    def test_minutes_are_exact_when_clocks_change(self) -> None:
        before = datetime(2026, 3, 8, 1, 50, tzinfo=TORONTO)
        after = duration("15 minutes").add_to(before, TORONTO)
        assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(minutes=15)
        assert (after.hour, after.minute) == (3, 5)

    def test_a_day_without_its_midnight_has_an_end(self) -> None:
        havana = ZoneInfo("America/Havana")  # clocks fall back at 1 am, and spring forward at midnight
        for day in (date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1)):
            end = end_of_day(day, havana)
            assert end.date() == day
            assert (end + timedelta(microseconds=1)).astimezone(UTC) > end.astimezone(UTC)
            assert (end.astimezone(UTC) + timedelta(microseconds=1)).astimezone(havana).date() > day

    @given(
        st.dates(date(1990, 1, 1), date(2080, 1, 1)),
        st.sampled_from(["America/Toronto", "America/St_Johns", "Pacific/Apia", "America/Havana", "Asia/Beirut"]),
    )
    def test_the_next_microsecond_is_another_day(self, day: date, zone: str) -> None:
        end = end_of_day(day, ZoneInfo(zone))
        assert (end.astimezone(UTC) + timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() > day


class TestDates:
    @pytest.mark.parametrize(
        ("source", "start", "sign", "end"),
        [
            ("30 days", "2026-03-02", 1, "2026-04-01"),
            ("2 weeks", "2026-03-02", -1, "2026-02-16"),
            ("1 month", "2026-01-31", 1, "2026-02-28"),
            ("1 month", "2026-03-31", -1, "2026-02-28"),
            ("1 year", "2024-02-29", 1, "2025-02-28"),
            ("1 working day", "2026-03-06", 1, "2026-03-09"),
            ("5 working days", "2026-03-07", 1, "2026-03-13"),
            ("6 working days", "2026-03-07", 1, "2026-03-16"),
            ("5 working days", "2026-03-07", -1, "2026-03-02"),
            ("10 working days", "2026-03-04", 1, "2026-03-18"),
            ("0 days", "2026-03-02", 1, "2026-03-02"),
        ],
    )
    def test_are_counted_on_the_calendar(self, source: str, start: str, sign: int, end: str) -> None:
        assert duration(source).add_to_date(date.fromisoformat(start), sign) == date.fromisoformat(end)

    @given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 40), st.sampled_from([1, -1]))
    def test_working_days_are_monday_to_friday(self, day: date, amount: int, sign: int) -> None:
        found, here = amount, day
        while found:
            here += timedelta(days=sign)
            found -= here.weekday() < 5
        assert Duration(amount, "working day").add_to_date(day, sign) == here

    def test_outside_the_calendar_it_overflows(self) -> None:
        for unit in ("day", "week", "month", "year", "working day"):
            with pytest.raises(OverflowError):
                Duration(200, unit).add_to_date(date(9999, 12, 30))
