"""What was typed and not yet submitted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "unsubmitted",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_unsubmitted_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "step", name=op.f("pk_unsubmitted")),
    )
