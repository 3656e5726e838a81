"""Statements that go straight to the driver give, keep and raise what SQLAlchemy would, on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from flowrunner.model.case import Case
from flowrunner.store import cases
from flowrunner.store.database import Database
from flowrunner.store.engine import engine
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.tables import cases as table
from flowrunner.store.tables import form_ids
from tests.databases import POSTGRESQL
from tests.store.conftest import NOW, SCHEDULE

READ = select(form_ids).where(form_ids.c.id == bindparam("of"))
EAST = timezone(timedelta(hours=-4))
WRITE = Prepared(insert(form_ids).values({column.name: bindparam(column.name) for column in form_ids.c}).inline())


def write(database: Database, ident: str, at: datetime = NOW) -> int:
    with database.writing() as transaction:
        return WRITE.write(transaction.connection, {"id": ident, "redirect": None, "at": at})


def read(database: Database, ident: str) -> Any:
    with database.glancing() as transaction:
        return Prepared(READ).one(transaction.connection, {"of": ident})


class TestPrepared:
    def test_it_reads_what_sqlalchemy_reads(self, database: Database) -> None:
        assert write(database, "one", NOW.astimezone(EAST)) == 1
        with database.reading() as transaction:
            expected = transaction.connection.execute(READ, {"of": "one"}).one()
            (found,) = Prepared(READ).all(transaction.connection, {"of": "one"})
        assert tuple(found) == tuple(expected)
        assert found.at == NOW
        assert found.at.tzinfo is UTC
        assert read(database, "none") is None

    def test_it_belongs_to_the_transaction(self, database: Database) -> None:
        def fail() -> None:
            with database.writing() as transaction:
                WRITE.write(transaction.connection, {"id": "undone", "redirect": None, "at": NOW})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert read(database, "undone") is None

    def test_a_view_is_kept_from_its_first_statement_on(self, database: Database) -> None:
        with database.reading() as transaction:
            assert Prepared(READ).one(transaction.connection, {"of": "late"}) is None
            write(database, "late")
            assert Prepared(READ).one(transaction.connection, {"of": "late"}) is None
        assert read(database, "late") is not None

    def test_a_key_that_is_there_is_told(self, database: Database) -> None:
        write(database, "twice")
        with pytest.raises(IntegrityError):
            write(database, "twice")

    def test_a_parameter_that_is_missing_is_our_own_fault(self, database: Database) -> None:
        with pytest.raises((KeyError, DBAPIError)), database.glancing() as transaction:
            Prepared(READ).one(transaction.connection, {})

    def test_a_statement_that_is_wrong_is_told_without_what_somebody_typed(self, database: Database) -> None:
        wrong = Prepared(select(text("nothing")).select_from(text("nowhere")).where(text("x = :typed")))
        with pytest.raises(DBAPIError) as told, database.glancing() as transaction:
            wrong.all(transaction.connection, {"typed": "secret"})
        assert "secret" not in str(told.value)


class TestConnectionCache:
    def test_a_connection_is_used_again(self, database: Database) -> None:
        def driver() -> Any:
            with database.writing() as transaction:
                return transaction.connection.connection.driver_connection

        assert driver() is driver()

    def test_nothing_is_left_begun(self, database: Database) -> None:
        read(database, "one")
        write(database, "one")
        assert read(database, "one") is not None

    def test_no_more_are_kept_than_wanted(self, database: Database) -> None:
        opened = [database.glancing() for _ in range(engine.MOST + 2)]
        for each in opened:
            each.__enter__()
        for each in opened:
            each.__exit__(None, None, None)
        assert database.engine.pool.checkedout() == engine.MOST  # type: ignore[attr-defined]

    @pytest.mark.parametrize("kind", [POSTGRESQL])
    def test_what_was_done_is_done_though_the_connection_breaks_after_it(self, database: Database) -> None:
        with database.glancing() as transaction:
            connection = transaction.connection
            assert Prepared(READ).one(connection, {"of": "one"}) is None
            with database.writing() as killer:
                kill = text("select pg_terminate_backend(:pid)")
                driver: Any = connection.connection.driver_connection
                killer.connection.execute(kill, {"pid": driver.info.backend_pid})
        assert write(database, "after") == 1
        assert read(database, "after") is not None


class TestSaving:
    def test_what_an_index_holds_is_written_when_it_changed(self, database: Database, case: Case) -> None:
        """What the row is known to hold is left alone, all else is written."""
        later = NOW + timedelta(days=1)
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
            stored = dict(transaction.connection.execute(select(table)).mappings().one())
            searched = {name: stored[name] for name in cases.SEARCHED}
            plan = cases.Schedule("officer", next_due=later, erase_at=stored["erase_at"])
            cases.save(transaction, case, case.revision, plan, searched=searched)
            saved = dict(transaction.connection.execute(select(table)).mappings().one())
        assert saved["waiting_role"] == "officer"
        assert saved["next_due"] == later
        assert {name: saved[name] for name in ("reference", "owner", "erase_at")} == {
            name: stored[name] for name in ("reference", "owner", "erase_at")
        }

    def test_when_time_has_something_to_do_is_always_written(self, database: Database, case: Case) -> None:
        """A worker sets it aside without a new revision: whoever acts on the case has the last word."""
        plan = cases.Schedule("owner", next_due=NOW)
        with database.writing() as transaction:
            cases.add(transaction, case, plan)
            stored = dict(transaction.connection.execute(select(table)).mappings().one())
            cases.set_aside(transaction, case.id, NOW + timedelta(days=1))
            cases.save(transaction, case, case.revision, plan, searched=stored)
            assert transaction.connection.execute(select(table.c.next_due)).scalar_one() == NOW
