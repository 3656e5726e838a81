"""The queues of the desk, and who is at work on a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_FOR_STAFF = sa.text("waiting_role <> 'owner'")


def upgrade() -> None:
    op.drop_index(op.f("ix_cases_waiting_role_since"), table_name="cases")
    for columns in (("flow", "since"), ("flow", "step", "since")):
        op.create_index(
            op.f(f"ix_cases_waiting_role_{'_'.join(columns)}_id"),
            "cases",
            ["waiting_role", *columns, "id"],
            sqlite_where=_FOR_STAFF,
            postgresql_where=_FOR_STAFF,
        )
    op.create_table(
        "holds",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_holds_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_account"), "holds", ["account"], unique=False)
