"""Accounts that time erases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_keeping"
down_revision = "0003_desk"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_accounts_erase_at"), "accounts", ["erase_at"], unique=False)
