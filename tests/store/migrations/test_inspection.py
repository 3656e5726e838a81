"""A database is looked at while it is used, and nothing of it changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flowrunner.store.database import Database
from flowrunner.store.migrations.inspection import database_state, has_password
from flowrunner.store.sealing.keys import open_keys
from tests.databases import PostgreSQL


@pytest.fixture
def used(tmp_path: Path) -> Iterator[Database]:
    """A database in a file."""
    opened = Database(f"sqlite:///{tmp_path}/cases.db", open_keys(tmp_path))
    opened.upgrade()
    yield opened
    opened.close()


class TestState:
    def test_while_somebody_writes(self, used: Database, tmp_path: Path) -> None:
        with used.writing():
            assert database_state(f"sqlite:///{tmp_path}/cases.db").standing == "current"

    def test_nothing_is_left_beside_a_database_that_nobody_uses(self, used: Database, tmp_path: Path) -> None:
        used.close()
        before = sorted(path.name for path in tmp_path.iterdir())
        assert database_state(f"sqlite:///{tmp_path}/cases.db").standing == "current"
        assert sorted(path.name for path in tmp_path.iterdir()) == before

    def test_one_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        assert database_state(f"sqlite:///{tmp_path}/none.db").standing == "not_there"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_postgresql_by_each_of_its_names(self, postgresql: PostgreSQL, name: str) -> None:
        _, _, there = postgresql.url(postgresql.create()).partition("://")
        assert database_state(f"{name}://{there}").standing == "empty"

    def test_passwords(self) -> None:
        assert has_password("postgresql+psycopg://me:secret@host/name")
        assert not has_password("postgresql+psycopg://me@host/name")
        assert not has_password("nothing")
