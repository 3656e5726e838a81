"""What is over is erased with its key, whatever else is kept of it first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flowrunner.errors import FlowrunnerError
from flowrunner.service.upkeep.retention import Retention
from flowrunner.store.database import Transaction
from flowrunner.store.sessions import IN_ALL, KNOWN_FOR
from tests.service.club import Club
from tests.service.conftest import count


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Club]:
    opened = Club(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def retention(club: Club) -> Retention:
    return Retention(club.context)


class TestErasing:
    def test_a_case_goes_when_its_time_is_over_and_not_before(self, club: Club, retention: Retention) -> None:
        club.ask_for_code()
        club.clock.wait(days=10)
        retention.erase_all()
        assert count(club.database, "cases") == 1
        club.clock.wait(days=1)
        retention.erase_all()
        for table in ("cases", "events", "outbox", "session_cases", "account_messages", "unsubmitted"):
            assert count(club.database, table) == 0, table

    def test_what_else_is_kept_of_it_goes_first_and_with_it(self, club: Club) -> None:
        case = club.ask_for_code()
        gone = []

        def cannot(transaction: Transaction, case_id: str) -> None:
            raise FlowrunnerError("the disk is away.")

        club.clock.wait(days=11)
        Retention(club.context, {"files": cannot}).erase_all()
        assert count(club.database, "cases") == 1
        Retention(club.context, {"files": lambda transaction, case_id: gone.append(case_id)}).erase_all()
        assert gone == [case.id]
        assert count(club.database, "cases") == 0

    def test_a_case_that_is_used_just_now_stays(self, club: Club) -> None:
        club.ask_for_code()
        club.clock.wait(days=11)
        retention = Retention(club.context, {"files": lambda transaction, case_id: pytest.fail("erased")})
        late, club.clock.now = club.clock.now, club.clock.now - timedelta(days=2)
        club.timers.fire_all()
        club.clock.now = late
        with club.database.writing() as transaction:
            transaction.connection.exec_driver_sql("update cases set erase_at = '2030-01-01 00:00:00.000000'")
        retention.erase_all()
        assert count(club.database, "cases") == 1


class TestSweeping:
    def test_browsers_that_nobody_saw_hold_nothing(self, club: Club, retention: Retention) -> None:
        club.ask_for_code()
        club.clock.now += IN_ALL + KNOWN_FOR
        retention.sweep()
        assert count(club.database, "sessions") == 1
        club.clock.wait(seconds=1)
        retention.sweep()
        assert count(club.database, "sessions") == count(club.database, "form_ids") == 0

    def test_what_cannot_be_swept_is_not_in_the_way(self, club: Club, caplog: pytest.LogCaptureFixture) -> None:
        swept: list[datetime] = []

        def cannot(now: object) -> None:
            raise OSError

        Retention(club.context, swept={"tray": cannot, "files": swept.append}).sweep()
        assert swept == [club.clock.now]
        assert "tray could not be swept: OSError" in caplog.text
