"""Rows of cases: one writer wins, and what people typed cannot be read in the file."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from flowrunner.model.case import Case, Event, Work
from flowrunner.model.record import replace
from flowrunner.store import cases, outbox
from flowrunner.store import events as event_rows
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Database
from flowrunner.store.engine.failures import Conflict
from flowrunner.store.sealing import seal
from flowrunner.store.tables import cases as table
from tests.store.conftest import NOW, SCHEDULE


class TestCases:
    def test_a_case_comes_back(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
        with database.reading() as transaction:
            assert cases.load(transaction, case.id) == case
            assert cases.load(transaction, "nobody") is None

    def test_the_revision_decides_who_wins(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
        second = replace(case, revision=1)
        with database.writing() as transaction:
            cases.save(transaction, second, 0, SCHEDULE)
        with pytest.raises(Conflict), database.writing() as transaction:
            cases.save(transaction, replace(second, language="en"), 0, SCHEDULE)
        with database.reading() as transaction:
            assert cases.load(transaction, case.id) == second

    def test_of_many_at_once_one_wins(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
        won: list[int] = []
        start = threading.Barrier(8)

        def race(number: int) -> None:
            start.wait()
            try:
                with database.writing() as transaction:
                    cases.save(transaction, replace(case, revision=1), 0, SCHEDULE)
                won.append(number)
            except Conflict:
                pass

        threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1

    def test_nothing_typed_can_be_read_in_the_file(self, database: Database, case: Case, tmp_path: Path) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
            event_rows.record(transaction, case, [Event(NOW, "pressed", "more", "next", 1, "end")])
            outbox.post(transaction, case, Work("send", "k", {"to": "a@example.org"}), NOW)
        database.close()
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("cases.db*"))
        assert b"rue A" not in stored
        assert b"a@example.org" not in stored

    def test_a_row_that_was_moved_or_rolled_back_is_refused(self, database: Database, case: Case) -> None:
        other = replace(case, id="d" * 32)
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
            cases.add(transaction, other, SCHEDULE)
            stolen = transaction.connection.execute(
                text("select key, sealed from cases where id = :id"), {"id": case.id}
            ).one()
            change = update(table).where(table.c.id == other.id).values(key=stolen.key, sealed=stolen.sealed)
            transaction.connection.execute(change)
            transaction.connection.execute(update(table).where(table.c.id == case.id).values(revision=7))
        with database.reading() as transaction:
            with pytest.raises(seal.Broken):
                cases.load(transaction, other.id)
            with pytest.raises(seal.Broken):
                cases.load(transaction, case.id)

    def test_rows_are_found_by_what_is_due(self, database: Database, case: Case) -> None:
        later = NOW + timedelta(days=1)
        with database.writing() as transaction:
            cases.add(transaction, case, Schedule("owner", next_due=later, erase_at=later))
        with database.reading() as transaction:
            assert cases.due(transaction, NOW) == []
            assert cases.due(transaction, later) == [case.id]
            assert cases.to_erase(transaction, later) == [case.id]

    def test_erasing_leaves_nothing(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
            event_rows.record(transaction, case, [Event(NOW, "began", "first")])
            outbox.post(transaction, case, Work("send", "k"), NOW)
            cases.erase(transaction, case.id)
            assert cases.load(transaction, case.id) is None
            assert event_rows.events_of(transaction, case.id) == ()

    def test_events_come_back_in_order(self, database: Database, case: Case) -> None:
        happened = [Event(NOW, "pressed", "first", "next", 0, "more", "owner", None, 1), Event(NOW, "arrived", "more")]
        with database.writing() as transaction:
            event_rows.record(transaction, case, happened)
            assert list(event_rows.events_of(transaction, case.id)) == happened
