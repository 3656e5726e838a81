"""Numbers of events and of work that leaves have 64 bits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # SQLite's row numbers have 64 bits already.
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in ("events", "outbox"):
        op.alter_column(table, "id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
        op.execute(f"alter sequence {table}_id_seq as bigint")
