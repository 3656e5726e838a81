"""The rows of a database as they were, put back: so that the same race can be run again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from flowrunner.store.database import Database
from flowrunner.store.tables import metadata

# What differs from one try to the next, parents first.
TABLES = ("cases", "sessions", "session_cases", "form_ids", "outbox", "accounts", "account_keys", "case_keys")
Rows = dict[str, list[dict[str, Any]]]


def rows(database: Database) -> Rows:
    with database.reading() as transaction:
        return {
            name: [dict(row._mapping) for row in transaction.connection.execute(select(metadata.tables[name]))]
            for name in TABLES
        }


def put_back(database: Database, before: Rows) -> None:
    """Tries that were counted are forgotten."""
    with database.writing() as transaction:
        for name in ("throttles", *reversed(TABLES)):
            transaction.connection.execute(delete(metadata.tables[name]))
        for name in TABLES:
            if before[name]:
                transaction.connection.execute(insert(metadata.tables[name]), before[name])
