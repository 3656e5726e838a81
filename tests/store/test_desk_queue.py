"""The queues of the desk: whole pages, in one order, from their index; and who is at work on what."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from flowrunner.model.case import Case, Place, Visit
from flowrunner.model.record import replace
from flowrunner.store import accounts, case_holds, cases, desk_queue
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Database
from flowrunner.store.desk_queue import Mark, QueueKey, QueueRow
from flowrunner.store.sealing.keys import Keys
from tests.store.conftest import NOW

CLERKS = QueueKey("garden", "clerk")
LATER = timedelta(minutes=1)


def put(database: Database, case: Case, name: str, since: datetime, role: str = "clerk", flow: str = "garden") -> Mark:
    """A case that waits in a step called as its role."""
    visit = Visit(1, Place(role), since)
    with database.writing() as transaction:
        cases.add(transaction, replace(case, id=name, flow=flow, path=(visit,), reference=name), Schedule(role))
    return Mark(since, name)


def marks(found: list[QueueRow]) -> list[Mark]:
    return [each.mark for each in found]


@pytest.fixture
def ten(database: Database, case: Case) -> list[Mark]:
    """Ten cases that wait for clerks, each two of which came at the same moment; and some that wait for others."""
    made = [put(database, case, f"case {number}", NOW + number // 2 * LATER) for number in range(10)]
    put(database, case, "owner's", NOW - LATER, "owner")
    put(database, case, "another flow's", NOW - LATER, flow="orchard")
    put(database, case, "another role's", NOW - LATER, "manager")
    return made


class TestQueues:
    def test_the_oldest_come_first_page_by_page(self, database: Database, ten: list[Mark]) -> None:
        with database.reading() as transaction:
            found = marks(desk_queue.waiting(transaction, [CLERKS], 3))
            pages = [found]
            while found := marks(desk_queue.waiting(transaction, [CLERKS], 3, after=found[-1])):
                pages.append(found)
            back = marks(desk_queue.waiting(transaction, [CLERKS], 3, before=pages[2][0]))
        assert [mark for page in pages for mark in page] == ten
        assert [len(page) for page in pages] == [3, 3, 3, 1]
        assert back == pages[1]

    def test_several_queues_are_one(self, database: Database, ten: list[Mark]) -> None:
        both = [CLERKS, QueueKey("garden", "manager"), QueueKey("orchard", "clerk")]
        with database.reading() as transaction:
            found = marks(desk_queue.waiting(transaction, both, 4))
            rest = marks(desk_queue.waiting(transaction, both, 100, after=found[-1]))
        assert [mark.id for mark in found] == ["another flow's", "another role's", "case 0", "case 1"]
        assert rest == ten[2:]

    def test_one_step_of_a_queue(self, database: Database, ten: list[Mark]) -> None:
        with database.reading() as transaction:
            assert marks(desk_queue.waiting(transaction, [CLERKS._replace(step="clerk")], 100)) == ten
            assert desk_queue.waiting(transaction, [CLERKS._replace(step="elsewhere")], 100) == []

    def test_a_reference_finds_its_case(self, database: Database, ten: list[Mark]) -> None:
        with database.reading() as transaction:
            assert desk_queue.by_reference(transaction, "case 3") == "case 3"
            assert desk_queue.by_reference(transaction, "case") is None

    @pytest.mark.parametrize("step", [None, "clerk"])
    @pytest.mark.parametrize("mark", [{}, {"after": Mark(NOW, "case")}, {"before": Mark(NOW, "case")}])
    def test_sqlite_reads_a_page_from_an_index(
        self, tmp_path: Path, keys: Keys, step: str | None, mark: dict[str, Mark]
    ) -> None:
        database = Database(f"sqlite:///{tmp_path}/plan.db", keys)
        database.upgrade()
        asked: list[str] = []
        with database.reading() as transaction:
            driver: Any = transaction.connection.connection.driver_connection
            driver.set_trace_callback(asked.append)
            desk_queue.waiting(transaction, [CLERKS._replace(step=step)], 3, **mark)
            driver.set_trace_callback(None)
            (plan,) = driver.execute(f"explain query plan {asked[-1]}").fetchall()
        database.close()
        assert str(plan[-1]).startswith("SEARCH cases USING INDEX ix_cases_waiting_role_flow_")


@pytest.fixture
def officers(database: Database) -> list[str]:
    names = ["ann", "bob"]
    with database.writing() as transaction:
        for name in names:
            accounts.add(transaction, AccountRow(name, f"{name}@example.org"), [], NOW)
    return names


class TestHolds:
    def test_the_first_holds_it_until_it_lapses(self, database: Database, ten: list[Mark], officers: list[str]) -> None:
        case = ten[0]
        with database.writing() as transaction:
            assert case_holds.take(transaction, case, "ann", NOW) == ("ann", NOW)
            assert case_holds.take(transaction, case, "bob", NOW + LATER) == ("ann", NOW)
            assert case_holds.take(transaction, case, "ann", NOW + 20 * LATER) == ("ann", NOW + 20 * LATER)
            assert case_holds.take(transaction, case, "bob", NOW + 49 * LATER).account == "ann"
            assert case_holds.of_cases(transaction, [case], NOW + 50 * LATER) == {}
            assert case_holds.take(transaction, case, "bob", NOW + 50 * LATER) == ("bob", NOW + 50 * LATER)
            assert case_holds.of_cases(transaction, [case, ten[1]], NOW + 51 * LATER) == {
                case.id: ("bob", NOW + 50 * LATER)
            }

    def test_only_who_holds_it_lets_it_go(self, database: Database, ten: list[Mark], officers: list[str]) -> None:
        case = ten[0]
        with database.writing() as transaction:
            case_holds.take(transaction, case, "ann", NOW)
            case_holds.drop(transaction, case.id, "bob")
            assert case.id in case_holds.of_cases(transaction, [case], NOW)
            case_holds.drop(transaction, case.id, "ann")
            assert case_holds.of_cases(transaction, [case], NOW) == {}

    def test_it_is_over_when_the_case_waits_anew(
        self, database: Database, ten: list[Mark], officers: list[str]
    ) -> None:
        again = ten[0]._replace(since=NOW + LATER)
        with database.writing() as transaction:
            case_holds.take(transaction, ten[0], "ann", NOW)
            assert case_holds.of_cases(transaction, [again], NOW + 2 * LATER) == {}
            assert case_holds.take(transaction, again, "bob", NOW + 2 * LATER).account == "bob"

    def test_it_goes_with_its_case(self, database: Database, ten: list[Mark], officers: list[str]) -> None:
        with database.writing() as transaction:
            case_holds.take(transaction, ten[0], "ann", NOW)
            cases.erase(transaction, ten[0].id)
            assert transaction.connection.execute(text("select count(*) from holds")).scalar_one() == 0
