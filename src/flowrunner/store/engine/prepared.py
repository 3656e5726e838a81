"""Prepared statements: written in SQLAlchemy Core, compiled once for each dialect, then handed to the driver.

What SQLAlchemy does around a statement costs several times what the database does for it. Types, names and errors are
what SQLAlchemy makes of them; only its execution is passed by. A statement that is not run by every request needs none
of this.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import ClauseElement, Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from flowrunner.store.engine.engine import is_glancing
from flowrunner.store.engine.failures import as_sqlalchemy_error

_Process = Callable[[Any], Any]
_Parameters = Mapping[str, Any]


class _Compiled(Struct, frozen=True):
    """A statement in the words of one driver. `order` is that of its parameters where they have no names. `writers` and
    `readers` are what its types do with values on their way in and out."""

    sql: str
    order: tuple[str, ...] | None
    preset: _Parameters
    writers: tuple[tuple[str, _Process], ...]
    row: Callable[[Iterable[Any]], Any]
    readers: tuple[tuple[int, _Process], ...]

    def parameters(self, parameters: _Parameters) -> Any:
        """What the driver is given. KeyError for one that is missing, or the driver tells it where they have names."""
        values = {**self.preset, **parameters}
        for name, write in self.writers:
            values[name] = write(values[name])
        return values if self.order is None else [values[name] for name in self.order]

    def read(self, driver_row: Any) -> Any:
        """A row as SQLAlchemy would give it."""
        row = list(driver_row)
        for index, read in self.readers:
            if row[index] is not None:
                row[index] = read(row[index])
        return self.row(row)


class Prepared:
    """One statement. Inside `Database.writing`, `reading` or `glancing` it takes part in what is open there.

    Raises what SQLAlchemy raises for it.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def one(self, connection: Connection, parameters: _Parameters) -> Any:
        """The first row by the names of its columns, or None when there is none."""
        compiled = self._for(connection.dialect)
        row = _run(
            connection, compiled.sql, lambda cursor: _first(cursor, compiled.sql, compiled.parameters(parameters))
        )
        return None if row is None else compiled.read(row)

    def all(self, connection: Connection, parameters: _Parameters) -> list[Any]:
        """Every row."""
        compiled = self._for(connection.dialect)
        rows = _run(
            connection, compiled.sql, lambda cursor: _all(cursor, compiled.sql, compiled.parameters(parameters))
        )
        return [compiled.read(row) for row in rows]

    def write(self, connection: Connection, parameters: _Parameters) -> int:
        """How many rows were written."""
        compiled = self._for(connection.dialect)
        written: int = _run(
            connection, compiled.sql, lambda cursor: _write(cursor, compiled.sql, compiled.parameters(parameters))
        )
        return written

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _make(self._statement, dialect)
        return compiled


def _first(cursor: DBAPICursor, sql: str, parameters: Any) -> Any:
    cursor.execute(sql, parameters)
    return cursor.fetchone()


def _all(cursor: DBAPICursor, sql: str, parameters: Any) -> Any:
    cursor.execute(sql, parameters)
    return cursor.fetchall()


def _write(cursor: DBAPICursor, sql: str, parameters: Any) -> int:
    cursor.execute(sql, parameters)
    return cursor.rowcount


def _run(connection: Connection, sql: str, act: Callable[[DBAPICursor], Any]) -> Any:
    if not connection.in_transaction() and not is_glancing(connection):
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        return act(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_error(connection, sql, error) from error
    finally:
        cursor.close()


def _make(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    writers = ((name, _writer(bind.type, dialect)) for name, bind in compiled.binds.items())
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    readers = ((index, _reader(column.type, dialect)) for index, column in enumerate(columns))
    return _Compiled(
        sql=str(compiled),
        order=tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None,
        preset={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        writers=tuple((name, writer) for name, writer in writers if writer is not None),
        row=_row_of(column.key or "" for column in columns),
        readers=tuple((index, reader) for index, reader in readers if reader is not None),
    )


def _row_of(names: Iterable[str]) -> Callable[[Iterable[Any]], Any]:
    listed = list(names)
    row: Any = namedtuple("Row", listed, rename=True)  # type: ignore[misc]
    make: Callable[[Iterable[Any]], Any] = row._make
    return make


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
