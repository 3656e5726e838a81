"""When answers of an ended case are to be erased before the case is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("cases", sa.Column("redact_at", sa.DateTime(timezone=True), nullable=True))
    is_dated = sa.text("redact_at IS NOT NULL")
    op.create_index(
        op.f("ix_cases_redact_at"),
        "cases",
        ["redact_at"],
        unique=False,
        sqlite_where=is_dated,
        postgresql_where=is_dated,
    )
