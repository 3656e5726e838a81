"""Writing a row that somebody else may be writing now: SQLite and PostgreSQL say it alike, each in its own dialect.

SQLAlchemy has such a statement for each dialect, and none for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_or_keep(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, unless there is one with a unique key of it: that one stays as it is."""
    connection.execute(_insert(connection, table, row).on_conflict_do_nothing())


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row in place of the one with its primary key, if there is one."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    connection.execute(_insert(connection, table, row).on_conflict_do_update(index_elements=key, set_=rest))


def _insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> sqlite.Insert | postgresql.Insert:
    # Each is large, and a deployment has one of them.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table).values(row)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table).values(row)
