"""Leases, states and reasons of the outbox; messages in accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("state", sa.String(length=16), nullable=False, server_default="waiting"))
    op.add_column("outbox", sa.Column("reason", sa.String(length=64), nullable=True))
    op.add_column("outbox", sa.Column("lease", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_outbox_state_due"), "outbox", ["state", "due"])
    op.create_table(
        "account_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_account_messages_key")),
    )
    op.create_index(op.f("ix_account_messages_case_id_at"), "account_messages", ["case_id", "at"])
