"""A new master key is taken over while others read and write, and nothing that was sealed is lost."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, text, update

from flowrunner.model.case import Case
from flowrunner.model.record import replace
from flowrunner.store import accounts, cases, rotation
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from flowrunner.store.rotation import Rotated, rewrap_all, usage
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.keys import FILE, NoKey, add_key, open_keys
from flowrunner.store.tables import cases as table
from flowrunner.store.tables import metadata
from tests.store.conftest import NOW, SCHEDULE

ADD_KEY = "import sys, pathlib; from flowrunner.store.sealing.keys import add_key; add_key(pathlib.Path(sys.argv[1]))"


def named(number: int) -> str:
    """The id of a case, in no order, as real ones are."""
    return sha256(str(number).encode()).hexdigest()[:32]


def add(database: Database, case: Case, number: int) -> None:
    with database.writing() as transaction:
        cases.add(transaction, replace(case, id=named(number)), SCHEDULE)


def opened(database: Database, number: int) -> Case | None:
    with database.reading() as transaction:
        return cases.load(transaction, named(number))


@pytest.fixture
def server(database_url: str, tmp_path: Path, database: Database) -> Iterator[Database]:
    """Another process, as far as keys are concerned: it read the file before anything was rotated."""
    running = Database(database_url, open_keys(tmp_path))
    yield running
    running.close()


class TestRotation:
    def test_rows_of_before_and_after_are_under_the_new_key(
        self, database: Database, case: Case, tmp_path: Path
    ) -> None:
        add(database, case, 1)
        with database.writing() as transaction:
            accounts.add(transaction, AccountRow("a1", "anna@example.org"), [], NOW)
        assert usage(database) == {"1": 2}
        assert add_key(tmp_path).current == "2"
        assert rewrap_all(database) == Rotated(wrapped=2)
        add(database, case, 2)
        assert usage(database) == {"1": 0, "2": 3}
        assert opened(database, 1) == replace(case, id=named(1))
        with database.reading() as transaction:
            assert accounts.load(transaction, "a1") is not None

    def test_without_the_old_key_all_rows_open(self, database: Database, database_url: str, case: Case) -> None:
        add(database, case, 1)
        folder = database.keys.path
        assert folder is not None
        keys = add_key(folder.parent)
        rewrap_all(database)
        only_new = Database(database_url, replace(keys, masters={"2": keys.master("2")}, path=None))
        assert opened(only_new, 1) is not None
        only_new.close()

    def test_a_server_that_runs_takes_the_key_over(
        self, database: Database, server: Database, case: Case, tmp_path: Path
    ) -> None:
        before = server.keys
        add(server, case, 1)
        add_key(tmp_path)
        rewrap_all(database)
        assert opened(server, 1) is not None
        add(server, case, 2)
        assert usage(database) == {"1": 0, "2": 2}
        # A transaction that was open already finds the key, too.
        with database.reading() as transaction:
            held = replace(transaction, keys=before)
            assert cases.load(held, named(1)) is not None

    def test_codes_of_an_old_key_stay_good(self, server: Database, tmp_path: Path) -> None:
        issued = server.keys.seal("1", b"code")
        add_key(tmp_path)
        assert server.keys.current == "2"
        assert server.keys.seal("1", b"code") == issued
        assert server.keys.digest("a", "b") == open_keys(tmp_path).digest("a", "b")

    def test_people_write_all_the_while(
        self, database: Database, server: Database, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rotation, "BATCH", 7)
        for number in range(60):
            add(database, case, number)
        done = threading.Event()

        def work(first: int) -> int:
            number = first
            while not done.wait(0.01):
                add(server, case, 1000 + number)
                with server.writing() as transaction:
                    held = cases.load(transaction, named(number % 60))
                    assert held is not None
                    cases.save(transaction, replace(held, revision=held.revision + 1), held.revision, SCHEDULE)
                number += 3
            return number

        with ThreadPoolExecutor(3) as people:
            working = [people.submit(work, first) for first in range(3)]
            for _ in range(3):
                add_key(tmp_path)
                rotated = rewrap_all(database)
                assert rotated.broken == 0
            done.set()
            last = [one.result() for one in working]
        rewrap_all(database)
        found = usage(database)
        assert {key: rows for key, rows in found.items() if rows} == {"4": found["4"]}
        assert all(opened(database, number) for number in range(60))
        assert all(opened(database, 1000 + number) for first in range(3) for number in range(first, last[first], 3))

    def test_a_row_that_cannot_be_opened_stops_nothing(self, database: Database, case: Case, tmp_path: Path) -> None:
        for number in range(3):
            add(database, case, number)
        with database.writing() as transaction:
            for number, key in ((0, b"1\0spoilt"), (1, b"9\0of nobody")):
                change = update(table).where(table.c.id == named(number)).values(key=key)
                transaction.connection.execute(change)
        add_key(tmp_path)
        assert rewrap_all(database) == Rotated(wrapped=1, broken=2)
        assert usage(database) == {"1": 1, "2": 1, "9": 1}
        with pytest.raises(NoKey):
            opened(database, 1)

    def test_a_row_that_changed_meanwhile_is_left_alone(
        self, database: Database, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(database, case, 1)
        add(database, case, 2)
        add_key(tmp_path)
        rewrap = seal.rewrap

        def slowly(*given: object) -> bytes:
            with database.writing() as transaction:
                cases.erase(transaction, named(1))
            return rewrap(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(seal, "rewrap", slowly)
        assert rewrap_all(database) == Rotated(wrapped=1)
        assert opened(database, 2) is not None

    def test_every_table_with_a_data_key_is_known_by_its_id(self, database: Database) -> None:
        found = rotation._tables(database)
        keyed = [
            each
            for each in metadata.sorted_tables
            if any(column.name == "key" and isinstance(column.type, LargeBinary) for column in each.c)
        ]
        assert found == keyed
        assert {tuple(each.primary_key.columns.keys()) for each in found} == {("id",)}

    def test_a_table_that_is_not_there_yet_holds_nothing(self, database: Database, tmp_path: Path) -> None:
        with database.writing() as transaction:
            transaction.connection.execute(text("alter table accounts rename to later"))
        add_key(tmp_path)
        assert rewrap_all(database) == Rotated()


class TestFile:
    def test_it_is_replaced_whole_and_stays_private(self, tmp_path: Path) -> None:
        first = open_keys(tmp_path)
        second = add_key(tmp_path)
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == [FILE]
        assert second.masters == {**first.masters, "2": second.master("2")}
        assert (second.lookup, second.current) == (first.lookup, "2")

    def test_several_that_add_at_once_add_several(self, tmp_path: Path) -> None:
        open_keys(tmp_path)
        running = [subprocess.Popen([sys.executable, "-c", ADD_KEY, str(tmp_path)]) for _ in range(4)]
        assert [process.wait(timeout=30) for process in running] == [0] * 4
        assert set(open_keys(tmp_path).masters) == {"1", "2", "3", "4", "5"}

    def test_a_file_that_is_away_for_a_moment_changes_nothing(self, tmp_path: Path) -> None:
        keys = open_keys(tmp_path)
        (tmp_path / FILE).rename(tmp_path / "elsewhere")
        assert keys.newest() is keys

    def test_a_current_key_that_is_not_in_the_file_is_told(self, tmp_path: Path) -> None:
        open_keys(tmp_path)
        written = json.loads((tmp_path / FILE).read_text())
        (tmp_path / FILE).write_text(json.dumps({**written, "current": "7"}))
        with pytest.raises(NoKey):
            open_keys(tmp_path)
