"""Sessions in which a code was asked beside the password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.false()))
