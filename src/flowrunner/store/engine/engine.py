"""How a database is opened: drivers, time-outs, the pool, and what a connection is told when it is made."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.types import TypeDecorator

from flowrunner.errors import FlowrunnerError
from flowrunner.store.engine.failures import as_sqlalchemy_error

# Seconds. Whoever waits longer for a connection, a lock or a statement is told that the database is away.
PATIENCE = 10
SQLITE, POSTGRESQL = "sqlite", "postgresql"
DRIVER = "postgresql+psycopg"
_POSTGRESQLS = frozenset({"postgres", POSTGRESQL, DRIVER})

_WRITES = "flowrunner_writes"
_GLANCES = "flowrunner_glances"
WRITES: Mapping[str, Any] = {_WRITES: True}
GLANCES: Mapping[str, Any] = {_GLANCES: True}
READS: Mapping[bool, Mapping[str, Any]] = {
    True: {},
    # On PostgreSQL each statement would otherwise see what was committed since the one before.
    False: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}

# What is deleted is overwritten: the data keys of what was erased are to be nowhere.
_PRAGMAS = (f"busy_timeout={PATIENCE * 1000}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_SESSION = {
    "lock_timeout": f"{PATIENCE}s",
    "statement_timeout": f"{3 * PATIENCE}s",
    "idle_in_transaction_session_timeout": f"{6 * PATIENCE}s",
}
# A process has more threads than connections: each is held for milliseconds, and a server of PostgreSQL allows a
# hundred to all processes together. Whoever finds none waits for one.
_POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": PATIENCE}


def open_engine(url: str) -> Engine:
    """The engine of a database URL; nothing is asked of the database yet. Raises FlowrunnerError."""
    read = _read(url)
    # Parameters are what people typed: they stay out of messages and logs.
    if read.get_backend_name() == SQLITE:
        engine = create_engine(read, hide_parameters=True, **_POOL)
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
        return engine
    try:
        engine = create_engine(
            read, hide_parameters=True, connect_args=_arguments(read), pool_pre_ping=True, pool_use_lifo=True, **_POOL
        )
        event.listen(engine, "connect", _accept_any_text)
        return engine
    except ModuleNotFoundError:
        raise FlowrunnerError(
            "the driver of PostgreSQL is not installed.",
            where="database",
            way_out='Install it: pip install "flowrunner[postgres]".',
        ) from None


def is_sqlite(engine: Engine) -> bool:
    """Whether it is SQLite; else it is PostgreSQL."""
    return engine.dialect.name == SQLITE


def _read(url: str) -> URL:
    way_out = "Write sqlite:///PATH or postgresql://USER@HOST/NAME."
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        # It may hold a password: it is not repeated.
        raise FlowrunnerError("this is no address of a database.", where="database", way_out=way_out) from None
    if read.get_backend_name() == SQLITE:
        if read.database in (None, "", ":memory:"):
            raise FlowrunnerError("a database in memory keeps nothing.", where="database", way_out=way_out)
        return read
    if read.drivername not in _POSTGRESQLS:
        name = read.drivername[:40]
        raise FlowrunnerError(f"{name!r} is no database that can be used.", where="database", way_out=way_out)
    return with_driver(read)


def with_driver(url: URL) -> URL:
    """The address of a PostgreSQL, by whichever of its names, with the driver that we use; any other as it is."""
    return url.set(drivername=DRIVER) if url.drivername in _POSTGRESQLS else url


def _arguments(url: URL) -> dict[str, Any]:
    """What a connection is opened with; what the URL says itself goes before."""
    options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    defaults = {
        "application_name": "flowrunner",
        "connect_timeout": PATIENCE // 2,
        "options": options,
        "keepalives_idle": PATIENCE,
        "keepalives_interval": PATIENCE // 2,
        "keepalives_count": 3,
    }
    return {name: value for name, value in defaults.items() if name not in url.query}


def _accept_any_text(connection: Any, _record: object) -> None:
    for dumper in _dumpers():
        connection.adapters.register_dumper(str, dumper)


@cache
def _dumpers() -> tuple[type[Any], ...]:
    """Addresses and forms may hold any character, and PostgreSQL has no NUL: a text with one is looked for in vain."""
    from psycopg.types.string import StrDumper, StrDumperUnknown

    class Declared(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(_without_nul(obj))

    class Undeclared(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(_without_nul(obj))

    return Declared, Undeclared


def _without_nul(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


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
    give_up = time.monotonic() + PATIENCE
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def is_glancing(connection: Connection) -> bool:
    """Whether no transaction is wanted around its statements."""
    return _GLANCES in connection.get_execution_options()


def _begin(connection: Connection) -> None:
    if is_glancing(connection):
        return
    begin = "BEGIN IMMEDIATE" if _WRITES in connection.get_execution_options() else "BEGIN"
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    try:
        driver.execute(begin)
    except sqlite3.Error as error:
        raise as_sqlalchemy_error(connection, begin, error) from error


class Moment(TypeDecorator[datetime]):
    """An instant: stored in UTC, given back with its zone on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite keeps no zone, and PostgreSQL gives the one of the connection.
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite what SQLAlchemy would write, at a fraction of its price."""
        return _spell if dialect.name == "sqlite" else super().bind_processor(dialect)


def _spell(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


# A few threads are in the database at the same time; the pool has more for the others.
MOST = 4
# Seconds. One that lay longer goes back to the pool, which asks whether it lives before it is used again.
LASTS = 5.0


class ConnectionCache:
    """A few connections of an engine, the one used last first. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[tuple[Connection, float]] = deque()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One that nobody else has; whatever it is in the middle of afterwards is undone."""
        connection = self._take()
        try:
            yield connection
        except BaseException as error:
            connection.close()
            if isinstance(error, DBAPIError):
                # What happened to this one may have happened to the others.
                self.close()
            raise
        self._give(connection)

    def close(self) -> None:
        """Give all that are free back to the pool."""
        while self._free:
            try:
                connection, _ = self._free.pop()
            except IndexError:
                return
            connection.close()

    def _take(self) -> Connection:
        while True:
            try:
                connection, since = self._free.pop()
            except IndexError:
                return self._engine.connect()
            if time.monotonic() - since < LASTS:
                return connection
            connection.close()

    def _give(self, connection: Connection) -> None:
        if connection.invalidated or len(self._free) >= MOST or not _undone(connection):
            connection.close()
        else:
            self._free.append((connection, time.monotonic()))


def _undone(connection: Connection) -> bool:
    """Whether nothing is begun on it any more. What was done on it is done, even if it broke since."""
    try:
        if connection.in_transaction():
            connection.rollback()
        else:
            # The driver may have begun a transaction of which SQLAlchemy knows nothing.
            connection.connection.rollback()
    except (DBAPIError, connection.dialect.loaded_dbapi.Error) as error:
        connection.invalidate(error)
        return False
    return True
