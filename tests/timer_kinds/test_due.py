"""When timers and reminders are due: worked out from moments, answers and the place of the case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flowrunner.model.case import Case, Place, Visit
from flowrunner.model.duration import end_of_day
from flowrunner.model.record import replace
from flowrunner.timer_kinds.due import deadline, reminders, runs
from tests.runtime.test_time_and_codes import PROGRAM

FLOW = PROGRAM.flow
ZONE = ZoneInfo("America/Toronto")
BEGUN = datetime(2026, 3, 6, 14, tzinfo=UTC)
TOO_LATE, DAY_OVER = FLOW.timers["too_late"], FLOW.timers["day_over"]
CASE = Case("case", "time", "v1", "en", BEGUN, (Visit(1, Place("invitation"), BEGUN),), moments={"begun": BEGUN})
WAITING = replace(CASE, path=(Visit(2, Place("waiting"), BEGUN),))


class TestDeadline:
    """The last moment before a timer fires."""

    def test_days_end_at_midnight_of_the_zone_over_a_change_of_clocks(self) -> None:
        assert deadline(FLOW, TOO_LATE, CASE, {}) == end_of_day(date(2026, 3, 9), ZONE)

    def test_without_its_moment_there_is_none(self) -> None:
        assert deadline(FLOW, TOO_LATE, replace(CASE, moments={}), {}) is None

    def test_it_stays_readable_once_the_timer_has_stopped(self) -> None:
        stopped = replace(CASE, moments={"begun": BEGUN, "submitted": BEGUN})
        assert deadline(FLOW, TOO_LATE, stopped, {}) == deadline(FLOW, TOO_LATE, CASE, {})
        assert not runs(TOO_LATE, stopped)

    def test_a_date_is_its_end_and_a_moment_is_itself(self) -> None:
        assert deadline(FLOW, DAY_OVER, WAITING, {"day": date(2026, 11, 1)}) == end_of_day(date(2026, 11, 1), ZONE)
        assert deadline(FLOW, DAY_OVER, WAITING, {"day": BEGUN}) == BEGUN

    def test_an_answer_that_is_not_there_gives_none(self) -> None:
        assert deadline(FLOW, DAY_OVER, WAITING, {}) is None


class TestRunning:
    """In its step, or in the whole case until its moment; never in a case that has ended."""

    def test_where(self) -> None:
        assert runs(TOO_LATE, CASE)
        assert not runs(DAY_OVER, CASE)
        assert runs(DAY_OVER, WAITING)

    def test_an_ended_case_has_no_timers(self) -> None:
        assert not runs(TOO_LATE, replace(CASE, ended=BEGUN))
        assert not runs(DAY_OVER, replace(WAITING, ended=BEGUN))


class TestReminders:
    """Each once for each time that its timer starts."""

    def test_each_is_due_at_the_end_of_its_day(self) -> None:
        found = list(reminders(FLOW, TOO_LATE, CASE))
        assert [due for _, due, _ in found] == [end_of_day(date(2026, 3, day), ZONE) for day in (7, 8)]
        assert len({key for key, _, _ in found}) == 2

    def test_what_has_gone_out_is_not_due(self) -> None:
        (first, _, _), (second, _, _) = reminders(FLOW, TOO_LATE, CASE)
        gone = replace(CASE, reminded=frozenset({first}))
        assert [key for key, _, _ in reminders(FLOW, TOO_LATE, gone)] == [second]

    def test_a_timer_that_has_not_started_reminds_of_nothing(self) -> None:
        assert list(reminders(FLOW, TOO_LATE, replace(CASE, moments={}))) == []
        assert list(reminders(FLOW, DAY_OVER, WAITING)) == []
