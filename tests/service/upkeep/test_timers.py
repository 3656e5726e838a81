"""Timers fire once, as at their own moment, whoever and however many look after them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from flowrunner.model.case import Case
from flowrunner.service.upkeep.timers import SET_ASIDE
from flowrunner.store import cases
from flowrunner.store import events as event_rows
from flowrunner.store.tables import cases as table
from tests.service.club import FLOW, Club
from tests.service.conftest import at_once

# The reminder goes at the end of 7 March, the deadline is the end of 9 March, a day after the clocks went forward.
REMINDED = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
OVER = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def club(tmp_path: Path, database_url: str) -> Iterator[Club]:
    opened = Club(tmp_path, url=database_url)
    yield opened
    opened.close()


def kinds(club: Club, case: Case) -> list[str]:
    with club.database.reading() as transaction:
        return [
            event.kind for event in event_rows.events_of(transaction, case.id) if event.kind in ("reminded", "timer")
        ]


class TestWhen:
    def test_to_the_instant_over_a_change_of_clocks(self, club: Club) -> None:
        case = club.ask_for_code()
        for moment, expected in (
            (REMINDED - INSTANT, []),
            (REMINDED, ["reminded"]),
            (OVER - INSTANT, ["reminded"]),
            (OVER, ["reminded", "timer"]),
        ):
            club.clock.now = moment
            club.timers.fire_all()
            assert kinds(club, case) == expected, moment
        assert club.load(case.id).outcome == "expired"

    @pytest.mark.parametrize(
        ("zone", "begun", "over"),
        [
            # Toronto's clocks go back on 1 November 2026, Lord Howe's by half an hour, Apia has none left to change.
            ("America/Toronto", datetime(2026, 10, 30, 15, tzinfo=UTC), datetime(2026, 11, 3, 5, tzinfo=UTC)),
            ("America/St_Johns", datetime(2026, 10, 30, 15, tzinfo=UTC), datetime(2026, 11, 3, 3, 30, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 4, 3, 1, tzinfo=UTC), datetime(2026, 4, 6, 13, 30, tzinfo=UTC)),
            ("Pacific/Apia", datetime(2026, 4, 3, 1, tzinfo=UTC), datetime(2026, 4, 6, 11, tzinfo=UTC)),
            ("UTC", datetime(2026, 4, 3, 1, tzinfo=UTC), datetime(2026, 4, 7, tzinfo=UTC)),
        ],
    )
    def test_a_day_ends_where_the_flow_lives(self, tmp_path: Path, zone: str, begun: datetime, over: datetime) -> None:
        folder = tmp_path / "there"
        (folder / "flows").mkdir(parents=True)
        (folder / "flows" / "club.yaml").write_text(FLOW.replace("America/Toronto", zone), encoding="utf-8")
        there = Club(folder)
        there.clock.now = begun
        case = there.ask_for_code()
        there.clock.now = over - INSTANT
        there.timers.fire_all()
        assert there.load(case.id).ended is None
        there.clock.now = over
        there.timers.fire_all()
        ended = there.load(case.id).ended
        assert ended == over - INSTANT
        assert ended.astimezone(ZoneInfo(zone)).time().isoformat() == "23:59:59.999999"
        there.close()

    def test_however_late_it_is_as_at_its_own_moment(self, club: Club) -> None:
        case = club.ask_for_code()
        club.clock.wait(days=30)
        club.timers.fire_all()
        late = club.load(case.id)
        assert late.ended == OVER - INSTANT
        with club.database.reading() as transaction:
            erase_at = transaction.connection.execute(table.select()).one().erase_at
        assert erase_at < OVER + timedelta(days=12)


class TestOnce:
    def test_of_many_workers_one_fires(self, tmp_path: Path, database_url: str) -> None:
        clubs = [Club(tmp_path, url=database_url) for _ in range(6)]
        made = [clubs[0].ask_for_code(str(number)) for number in range(10)]
        for club in clubs:
            club.clock.now = OVER
        at_once(6, lambda number: clubs[number].timers.fire_all())
        for case in made:
            assert kinds(clubs[0], case) == ["reminded", "timer"]
        assert len(clubs[0].states()) == 2 * len(made)
        for club in clubs:
            club.close()

    def test_a_second_look_changes_nothing(self, club: Club) -> None:
        case = club.ask_for_code()
        club.clock.now = OVER
        club.timers.fire_all()
        before = club.load(case.id)
        assert not club.timers.fire(case.id)
        assert club.load(case.id) == before

    def test_a_person_who_comes_first_is_not_overtaken(self, club: Club) -> None:
        case = club.ask_for_code()
        club.clock.now = OVER
        club.send("checking", button="new_code")
        club.timers.fire_all()
        assert kinds(club, case) == ["reminded", "timer"]


class TestTrouble:
    def test_a_timer_follows_the_version_that_its_case_began_with(self, tmp_path: Path) -> None:
        club = Club(tmp_path)
        case = club.ask_for_code()
        club.close()
        (tmp_path / "flows" / "club.yaml").write_text(FLOW.replace("after: 3 days", "after: 30 days"), encoding="utf-8")
        edited = Club(tmp_path)
        newer = edited.ask_for_code("other")
        edited.clock.now = OVER
        edited.timers.fire_all()
        assert edited.load(case.id).outcome == "expired"
        assert edited.load(newer.id).outcome is None
        edited.close()

    def test_a_case_that_is_spoilt_is_not_in_the_way(self, club: Club, caplog: pytest.LogCaptureFixture) -> None:
        spoilt, sound = club.ask_for_code("spoilt"), club.ask_for_code("sound")
        with club.database.writing() as transaction:
            transaction.connection.execute(update(table).where(table.c.id == spoilt.id).values(sealed=b"spoilt"))
        club.clock.now = OVER
        club.timers.fire_all()
        assert club.load(sound.id).outcome == "expired"
        assert "Broken" in caplog.text
        with club.database.reading() as transaction:
            assert cases.due(transaction, club.clock.now) == []
            assert cases.due(transaction, club.clock.now + SET_ASIDE) == [spoilt.id]

    def test_a_row_that_is_out_of_step_is_set_right(self, club: Club) -> None:
        case = club.ask_for_code()
        with club.database.writing() as transaction:
            cases.set_aside(transaction, case.id, club.clock.now)
        club.timers.fire_all()
        with club.database.reading() as transaction:
            assert cases.due(transaction, REMINDED - 2 * INSTANT) == []
            assert cases.due(transaction, REMINDED) == [case.id]
