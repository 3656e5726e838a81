"""Accounts that time erases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_accounts_erase_at"), "accounts", ["erase_at"], unique=False)
