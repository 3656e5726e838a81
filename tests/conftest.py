"""What every test starts from: the same environment on every machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from hatch_build import compile_catalogues
from tests.databases import KINDS, SQLITE, Copies, PostgreSQL

# Before anything imports them: what they assert is told as in a test.
pytest.register_assert_rewrite("tests.browser.walking", "tests.browser.registering")

# No deadline: a slow machine is not a fault of the code.
settings.register_profile("flowrunner", deadline=None)
settings.load_profile("flowrunner")


def pytest_configure(config: pytest.Config) -> None:
    """Whoever edits a catalogue may run pytest at once. Workers start later, when all is compiled."""
    if not hasattr(config, "workerinput"):
        compile_catalogues(Path(__file__).parents[1] / "locales")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the person at the keyboard and the settings of their deployment change no test."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", *(name for name in os.environ if name.startswith("FLOWRUNNER_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


# --- Databases: copies of one that was migrated once, because that takes a fraction of the time ---


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the database: a test that uses `database_url` runs on each."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server, started when a test first needs it; each worker of pytest has its own."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "cases.db"
    _migrate(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def postgresql_copies(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """PostgreSQL databases with all tables and no rows."""
    name = postgresql.create()
    _migrate(postgresql.url(name), tmp_path_factory.mktemp("keys"))
    return Copies(postgresql, name)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with all tables; the SQLite one is `cases.db` in `tmp_path`."""
    if kind == SQLITE:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "cases.db")
        yield f"sqlite:///{tmp_path}/cases.db"
        return
    copies: Copies = request.getfixturevalue("postgresql_copies")
    name = copies.take()
    yield copies.server.url(name)
    copies.give_back(name)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if kind == SQLITE:
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def _migrate(url: str, folder: Path) -> None:
    # Imported here, because most tests need no database and start without it.
    from flowrunner.store.database import Database
    from flowrunner.store.sealing.keys import open_keys

    database = Database(url, open_keys(folder))
    database.upgrade()
    database.close()
