"""A cache of connections before SQLAlchemy's pool: a checkout from the pool and back costs more than a statement."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

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
