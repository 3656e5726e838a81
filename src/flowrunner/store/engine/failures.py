"""Which errors of a database mean that it is away, which a conflict (optimistic lock, deadlock, unique key), and which
are our own faults."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from flowrunner.errors import FlowrunnerError


class Unavailable(FlowrunnerError):
    """The database is away, full, read-only or too busy: nothing was done, or it cannot be known whether it was.

    `reason` is the code that the database gave, such as "SQLITE_BUSY" or "57P01": it holds nothing of anybody.
    """

    def __init__(self, reason: str) -> None:
        way_out = "Check that it runs, that its disk has room, and that its address is right."
        super().__init__(f"the database cannot be used now ({reason}).", where="database", way_out=way_out)
        self.reason = reason


class Conflict(FlowrunnerError):
    """The optimistic lock failed, for another was faster: load the row and decide again."""


# SQLSTATEs: connection, resources (disk full, too many connections), operator, system; waited too long; read-only.
_AWAY = re.compile("08...|53...|57P..|58...|F0...|XX...|25006|55P03|57014|28...|3D000")
# A deadlock is broken by undoing one of the two, and so is a view that can be kept up no longer.
_COLLIDED = frozenset({"40001", "40P01"})

# Primary result codes of SQLite that speak of the file and its locks, not of the statement.
_FILE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"})


def failure_of(error: DBAPIError | PoolTimeout) -> Unavailable | Conflict | None:
    """What is to be raised instead, or None when the fault is our own."""
    if isinstance(error, PoolTimeout):
        return Unavailable("no connection was free")
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        return Unavailable(origin.sqlite_errorname) if code in _FILE else None
    state = _state(error)
    if state in _COLLIDED:
        return Conflict("two transactions stood in each other's way.", where="database")
    if _AWAY.fullmatch(state):
        return Unavailable(state)
    if error.connection_invalidated or (not state and isinstance(error, OperationalError | InterfaceError)):
        return Unavailable("no connection")
    return None


def as_sqlalchemy_error(connection: Connection, sql: str, error: Exception) -> BaseException:
    """What SQLAlchemy raises for an error of the driver; a connection that is broken is not used again."""
    dialect, base = connection.dialect, connection.dialect.loaded_dbapi.Error
    broken = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if broken:
        connection.invalidate(error)
    return DBAPIError.instance(sql, None, error, base, True, connection_invalidated=broken, dialect=dialect)


@contextmanager
def unique_or_conflict(what: str) -> Iterator[None]:
    """Raises Conflict when a row that is written inside has a unique key that another row has by now."""
    try:
        yield
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise Conflict(what, where="database") from None


def is_taken(error: IntegrityError) -> bool:
    """Whether another row has a unique key, and not some other rule of the table was broken."""
    name = getattr(error.orig, "sqlite_errorname", "") or _state(error)
    return name in _UNIQUE


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
