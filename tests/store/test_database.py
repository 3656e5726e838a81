"""Transactions hold on every database, and one that is away is told by one error."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case
from flowrunner.store import cases
from flowrunner.store.database import Database
from flowrunner.store.engine import engine
from flowrunner.store.engine.failures import Conflict, Unavailable
from flowrunner.store.sealing.keys import Keys
from flowrunner.store.tables import metadata
from tests.databases import POSTGRESQL, SQLITE, PostgreSQL
from tests.store.conftest import SCHEDULE

COUNT = text("select count(*) from cases")
UPGRADE = """
import sys
from pathlib import Path
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
database = Database(sys.argv[1], open_keys(Path(sys.argv[2])))
sys.stdin.readline()
database.upgrade()
"""


def count(database: Database) -> int:
    with database.reading() as transaction:
        return int(transaction.connection.execute(COUNT).scalar_one())


def add(database: Database, case: Case, meanwhile: Callable[[], None] = lambda: None) -> None:
    with database.writing() as transaction:
        cases.add(transaction, case, SCHEDULE)
        meanwhile()


class TestDatabase:
    def test_the_migrations_make_the_tables(self, database: Database) -> None:
        with database.reading() as transaction:
            context = MigrationContext.configure(transaction.connection)
            assert compare_metadata(context, metadata) == []

    def test_upgrading_twice_is_harmless(self, database: Database) -> None:
        database.upgrade()

    def test_several_processes_may_upgrade_at_once(self, empty_url: str, keys: Keys, tmp_path: Path) -> None:
        command = [sys.executable, "-c", UPGRADE, empty_url, str(tmp_path)]
        running = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        for process in running:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=60)[1] for process in running]
        assert [process.returncode for process in running] == [0] * 3, told
        database = Database(empty_url, keys)
        assert count(database) == 0
        database.close()

    def test_an_exception_undoes_all(self, database: Database, case: Case) -> None:
        def add_twice() -> None:
            with database.writing() as transaction:
                cases.add(transaction, case, SCHEDULE)
                cases.add(transaction, case, SCHEDULE)

        with pytest.raises(Conflict):
            add_twice()
        assert count(database) == 0

    @pytest.mark.parametrize("wanted", ["\0", "a\0b", "\N{REPLACEMENT CHARACTER}", "x" * 100_000])
    def test_any_text_may_be_looked_for(self, database: Database, wanted: str) -> None:
        with database.reading() as transaction:
            assert cases.load(transaction, wanted) is None

    def test_whoever_reads_sees_one_moment(self, database: Database, case: Case) -> None:
        with database.reading() as transaction:
            assert transaction.connection.execute(COUNT).scalar_one() == 0
            with database.writing() as other:
                cases.add(other, case, SCHEDULE)
            assert transaction.connection.execute(COUNT).scalar_one() == 0
        assert count(database) == 1

    def test_two_that_wait_for_each_other_are_told_that_one_lost(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            cases.add(transaction, case, SCHEDULE)
            transaction.connection.execute(text("insert into form_ids values ('f', null, '2026-01-01')"))
        meet, lost = threading.Barrier(2), list[Exception]()

        def change(*statements: str) -> None:
            try:
                with database.writing() as transaction:
                    for statement in statements:
                        transaction.connection.execute(text(statement))
                        if database.engine.dialect.name != SQLITE and statement is statements[0]:
                            meet.wait()
            except Conflict as error:
                lost.append(error)

        both = ("update cases set language = 'en'", "update form_ids set redirect = 'x'")
        threads = [threading.Thread(target=change, args=order) for order in (both, both[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # SQLite lets one write after the other; PostgreSQL undoes one of them.
        assert len(lost) == (0 if database.engine.dialect.name == SQLITE else 1)

    @pytest.mark.parametrize("kind", [SQLITE])
    def test_what_sqlite_committed_outlives_a_loss_of_power(self, database: Database) -> None:
        with database.reading() as transaction:
            assert transaction.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert transaction.connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2

    @pytest.mark.parametrize("kind", [POSTGRESQL])
    def test_durability_is_left_to_the_server_of_postgresql(self, database: Database) -> None:
        asked = text("select source from pg_settings where name in ('synchronous_commit', 'fsync')")
        with database.reading() as transaction:
            assert set(transaction.connection.execute(asked).scalars()) == {"command line"}


class TestAway:
    """Whatever is wrong with the database, it is told by one error that holds nothing of anybody."""

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "_PRAGMAS", ("busy_timeout=100", *engine._PRAGMAS[1:]))
        monkeypatch.setitem(engine._SESSION, "lock_timeout", "100ms")

    @pytest.fixture
    def own_server(self) -> Iterator[PostgreSQL]:
        """A server that may be ended."""
        with PostgreSQL(max_connections="8", superuser_reserved_connections="1") as server:
            yield server

    def test_a_server_that_ends_is_told_and_needed_again_when_it_is_back(
        self, own_server: PostgreSQL, keys: Keys, case: Case
    ) -> None:
        database = Database(own_server.url("postgres"), keys)
        database.upgrade()
        for how in (signal.SIGINT, signal.SIGQUIT):
            with pytest.raises(Unavailable):
                add(database, case, partial(own_server.stop, how))
            with pytest.raises(Unavailable) as told:
                count(database)
            assert str(own_server.folder) not in str(told.value)
            own_server.start()
            assert count(database) == 0
        database.close()

    def test_a_server_without_room_for_more_people_is_told(self, own_server: PostgreSQL, keys: Keys) -> None:
        database = Database(own_server.url("postgres"), keys)
        database.upgrade()
        database.close()
        taken = [own_server.connect("postgres") for _ in range(8)]
        with pytest.raises(Unavailable):
            count(database)
        for connection in taken:
            connection.close()
        assert count(database) == 0
        database.close()

    @pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/x", "sqlite:////proc/nothing/x.db"])
    def test_nothing_is_there(self, url: str, keys: Keys) -> None:
        database = Database(url, keys)
        with pytest.raises(Unavailable):
            count(database)
        with pytest.raises(Unavailable):
            database.upgrade()
        database.close()

    def test_a_lock_is_not_waited_for_for_ever(self, database: Database, database_url: str, keys: Keys) -> None:
        other = Database(database_url, keys)
        with other.writing() as transaction:
            if database.engine.dialect.name != SQLITE:
                transaction.connection.execute(text("lock table cases"))
            with pytest.raises(Unavailable), database.writing() as held:
                held.connection.execute(text("update cases set language = 'en'"))
        other.close()

    @pytest.mark.parametrize("kind", [SQLITE])
    def test_a_full_disk_is_told_and_nothing_is_kept(self, database: Database, case: Case) -> None:
        def fill() -> None:
            with database.writing() as transaction:
                transaction.connection.exec_driver_sql("PRAGMA max_page_count = 1")
                for number in range(10_000):
                    transaction.connection.execute(
                        text("insert into form_ids values (:id, :filler, '2026-01-01')"),
                        {"id": str(number), "filler": "x" * 1000},
                    )

        with pytest.raises(Unavailable, match="SQLITE_FULL"):
            fill()
        with database.reading() as transaction:
            assert transaction.connection.execute(text("select count(*) from form_ids")).scalar_one() == 0

    @pytest.mark.parametrize("kind", [POSTGRESQL])
    def test_a_database_that_may_only_be_read_is_told(self, database: Database, case: Case) -> None:
        with database.writing() as transaction:
            name = transaction.connection.execute(text("select current_database()")).scalar_one()
            transaction.connection.execute(text(f"alter database {name} set default_transaction_read_only = on"))
        database.close()
        with pytest.raises(Unavailable, match="25006"):
            add(database, case)

    def test_a_file_that_is_no_database_is_told(self, tmp_path: Path, keys: Keys) -> None:
        (tmp_path / "spoilt.db").write_bytes(b"no database" * 1000)
        database = Database(f"sqlite:///{tmp_path}/spoilt.db", keys)
        with pytest.raises(Unavailable, match="SQLITE_NOTADB"):
            count(database)
        database.close()

    def test_a_statement_that_is_wrong_is_our_own_fault(self, database: Database) -> None:
        with pytest.raises(DBAPIError), database.reading() as transaction:
            transaction.connection.execute(text("select * from nothing"))


class TestAddresses:
    @pytest.mark.parametrize(
        "url", ["", "nonsense", "mysql://me:hunter2@host/x", "sqlite://", "sqlite:///:memory:", "oracle+x://:hunter2@/"]
    )
    def test_an_address_that_cannot_be_used_is_told_without_its_password(self, url: str, keys: Keys) -> None:
        with pytest.raises(FlowrunnerError) as told:
            Database(url, keys)
        assert told.value.way_out
        assert "hunter2" not in str(told.value)

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_a_driver_that_is_not_installed_is_told(
        self, scheme: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(FlowrunnerError, match=r"flowrunner\[postgres\]"):
            Database(f"{scheme}://me@host/x", keys)
