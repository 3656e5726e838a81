"""Sessions that end and are known to have ended; signing in, resuming, throttles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("idle", sa.Integer(), nullable=False, server_default="1200"))
    op.add_column("sessions", sa.Column("ended", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("closed", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_keys_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_keys")),
    )
    op.create_index(op.f("ix_case_keys_digest"), "case_keys", ["digest"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_sign_ins_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sign_ins_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_account"), "sign_ins", ["account"], unique=False)
    op.create_index(op.f("ix_sign_ins_case_id"), "sign_ins", ["case_id"], unique=False)
    op.create_table(
        "throttles",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_at"), "throttles", ["at"], unique=False)
