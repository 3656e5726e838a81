"""The database: opening it, bringing its tables up to date, and transactions.

A transaction that writes takes SQLite's write lock at its start (BEGIN IMMEDIATE), because one that reads first and
writes later can fail half way. PostgreSQL lets writers work side by side: what two of them may not both do is held by a
unique key, by the revision of a case, or by a row that both must change first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from msgspec import Struct
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from flowrunner.store.engine.engine import GLANCES, READS, WRITES, ConnectionCache, is_sqlite, open_engine
from flowrunner.store.engine.failures import failure_of
from flowrunner.store.migrations.heads import is_current
from flowrunner.store.sealing.keys import Keys

# Any number, as long as nobody else who shares the database takes the same one.
_UPGRADES = 0x666C6F77
# Alembic keeps what it works on in a module, so that two threads of a process would disturb each other.
_upgrading = Lock()
# A migration may work for long, and so may the process for which the others wait.
_PATIENT = ("set local statement_timeout = 0", "set local lock_timeout = '10min'")


class Transaction(Struct, frozen=True):
    """One open transaction, and the keys with which what it touches is sealed."""

    connection: Connection
    keys: Keys


class Database:
    """Opens transactions. `url` is SQLAlchemy's: `sqlite:///path` or `postgresql://…`.

    Raises FlowrunnerError for a URL that cannot be used, and nothing yet for a database that is away.
    """

    def __init__(self, url: str, keys: Keys) -> None:
        self._keys = keys
        self.engine = open_engine(url)
        self._reads = self.engine.execution_options(**READS[is_sqlite(self.engine)])
        self._writes = ConnectionCache(self.engine.execution_options(**WRITES))
        self._glances = ConnectionCache(self.engine.execution_options(**GLANCES))

    @property
    def keys(self) -> Keys:
        """The deployment's keys, as their file has them now."""
        self._keys = self._keys.newest()
        return self._keys

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Commits at the end, rolls back on an exception. Raises Unavailable and Conflict."""
        with _translating(), self._writes.connection() as connection, connection.begin():
            yield Transaction(connection, self.keys)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view; nothing that is done in it is kept. Raises Unavailable."""
        with _translating(), self._reads.connect() as connection:
            yield Transaction(connection, self.keys)

    @contextmanager
    def glancing(self) -> Iterator[Transaction]:
        """For statements that read and need no common view: there is no transaction around them. Raises Unavailable."""
        with _translating(), self._glances.connection() as connection:
            yield Transaction(connection, self.keys)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up to date; safe when several processes start at once. Raises Unavailable."""
        if revision == "head":
            with self.reading() as transaction:
                if is_current(transaction.connection):
                    return
        from alembic import command
        from alembic.config import Config

        with _upgrading, self.writing() as transaction:
            if not is_sqlite(self.engine):
                for setting in _PATIENT:
                    transaction.connection.execute(text(setting))
                transaction.connection.execute(select(func.pg_advisory_xact_lock(_UPGRADES)))
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = transaction.connection
            command.upgrade(config, revision)

    def wipe(self) -> None:
        """Let what was deleted be gone from the files of SQLite too, its log among them. PostgreSQL does that in its
        own time. Raises Unavailable."""
        if not is_sqlite(self.engine):
            return
        with _translating():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        self._writes.close()
        self._glances.close()
        self.engine.dispose()


@contextmanager
def _translating() -> Iterator[None]:
    """Raise our own Unavailable or Conflict for what the driver raises; other errors stay as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        failure = failure_of(error)
        if failure is None:
            raise
        raise failure from error
