"""Ids of forms without rows that have numbers, in SQLite: one tree to write for each page that is sent, and not two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "form_ids_narrow",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("redirect", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_ids"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO form_ids_narrow (id, redirect, at) SELECT id, redirect, at FROM form_ids ORDER BY id")
    op.drop_table("form_ids")
    op.rename_table("form_ids_narrow", "form_ids")
    op.create_index(op.f("ix_form_ids_at"), "form_ids", ["at"], unique=False)
