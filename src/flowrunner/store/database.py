"""The database: opening it, bringing its tables up to date, and transactions.

A transaction that writes takes SQLite's write lock at its start (BEGIN IMMEDIATE), because one that reads first and
writes later can fail half way; on PostgreSQL the compare-and-swap of a case is all that is needed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from flowrunner.store.keys import Keys

_WRITES = "flowrunner_writes"
_PRAGMAS = ("busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON")
_LONGEST_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction, and the keys with which what it touches is sealed."""

    connection: Connection
    keys: Keys


class Database:
    """Opens transactions. `url` is SQLAlchemy's: `sqlite:///path` or `postgresql+psycopg://…`."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.keys = keys
        self.engine = _engine(url)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Commits at the end, rolls back on an exception."""
        with self.engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield Transaction(connection, self.keys)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view; nothing that is done in it is kept."""
        with self.engine.connect() as connection:
            yield Transaction(connection, self.keys)

    def upgrade(self) -> None:
        """Bring the tables up to date; safe when several processes start at once."""
        with self.writing() as transaction:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = transaction.connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    # Parameters are what people typed: they stay out of messages and logs.
    engine = create_engine(url, hide_parameters=True)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Keep a write-ahead log. A new database is turned to it once; SQLite does not wait while another process does
    that or migrates, whatever its time-out says, so we do."""
    give_up = time.monotonic() + _LONGEST_WAIT
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")
