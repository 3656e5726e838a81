"""`flowrunner keys`: what an operator sees of the master keys, and a rotation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from flowrunner.settings import Settings
from flowrunner.store import accounts
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.tables import accounts as table
from tests.cli.conftest import Run

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    """The database of a deployment with two accounts."""
    opened = Database(Settings(data=data).database_url, open_keys(data))
    opened.upgrade()
    with opened.writing() as transaction:
        for name in ("a", "b"):
            accounts.add(transaction, AccountRow(name, f"{name}@example.org"), [], NOW)
    yield opened
    opened.close()


class TestKeys:
    def test_they_are_listed_with_what_is_under_each(self, run: Run, database: Database) -> None:
        told = run("keys")
        assert (told.code, told.out) == (0, "Key 1: 2 rows, and all that is new\n")
        assert database.keys.masters["1"].hex() not in told.out

    @pytest.mark.parametrize(
        ("language", "lines"),
        [
            (
                "en",
                [
                    "Key 2 was added and is now for what is new.",
                    "2 rows were put under it.",
                    "Key 1: 0 rows, and the codes that were issued with it",
                    "Key 2: 2 rows, and all that is new",
                ],
            ),
            (
                "fr",
                [
                    "La clé 2 a été ajoutée; elle sert maintenant pour ce qui est nouveau.",
                    "2 lignes ont été placées sous cette clé.",
                    "Clé 1\N{NO-BREAK SPACE}: 0 ligne, et les codes émis avec elle",
                    "Clé 2\N{NO-BREAK SPACE}: 2 lignes, et tout ce qui est nouveau",
                ],
            ),
        ],
    )
    def test_a_rotation_says_what_it_did(self, run: Run, database: Database, language: str, lines: list[str]) -> None:
        told = run("keys", "rotate", "--lang", language)
        assert (told.code, told.out.splitlines()) == (0, lines)
        with database.reading() as transaction:
            assert accounts.load(transaction, "a") is not None

    def test_what_nobody_can_open_is_told(self, run: Run, database: Database) -> None:
        with database.writing() as transaction:
            transaction.connection.execute(update(table).where(table.c.id == "a").values(key=b"7\0lost"))
        told = run("keys", "rotate")
        assert told.code == 1
        assert "1 row cannot be opened and was left as it is." in told.out
        assert "Key 7: 1 row that nobody can open, because this key is not in the file" in told.out
        assert run("keys").code == 1

    def test_no_keys_are_made_where_there_are_none(self, run: Run, data: Path) -> None:
        told = run("keys", "rotate")
        assert told.code == 2
        assert "--data" in told.err
        assert not data.exists()

    def test_another_folder_may_be_named(self, run: Run, database: Database, data: Path) -> None:
        assert run("keys", "--data", str(data)).code == 0
        assert run("keys", "turn").code == 2
