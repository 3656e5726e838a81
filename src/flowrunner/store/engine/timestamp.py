"""The type of the columns that hold an instant.

SQLAlchemy's own `DateTime(timezone=True)` was weighed: on SQLite it forgets the zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator


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
