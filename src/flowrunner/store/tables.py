"""The tables. Columns are plain only where rows are searched or scheduled by them; all else is sealed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from flowrunner.store.engine.engine import Moment

# Rows that are only ever added outgrow 32 bits; SQLite's own row number has 64 under the name of Integer.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _id(name: str = "id", **options: Any) -> Column[str]:
    return Column(name, String(64), **options)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Written out in every query that is to use an index of it: a database sees no further.
FOR_STAFF = text("waiting_role <> 'owner'")

cases = Table(
    "cases",
    metadata,
    _id(primary_key=True),
    Column("reference", String(32), unique=True),
    Column("flow", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("item", Text),
    Column("waiting_role", Text, nullable=False),
    Column("since", Moment, nullable=False),
    _id("owner"),
    Column("language", String(16), nullable=False),
    Column("next_due", Moment),
    Column("ended", Moment),
    Column("outcome", Text),
    Column("erase_at", Moment),
    Column("redact_at", Moment),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # The queues of the desk. Most cases wait for nobody of the staff, and cost them nothing.
    # They hold no more than FOR_STAFF, as 0008_desk made them; to say so here would load each kind of database.
    Index(None, "waiting_role", "flow", "since", "id"),
    Index(None, "waiting_role", "flow", "step", "since", "id"),
    Index(None, "owner"),
    Index(None, "next_due"),
    Index(None, "erase_at"),
    # Few flows erase answers before their cases; the others are not in it (0011_redaction).
    Index(None, "redact_at"),
)

# Who of the staff is at work on a case. It only tells the others.
holds = Table(
    "holds",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "account"),
)

# The record beside the case: who, when, which step, which branch; never a value that somebody typed.
events = Table(
    "events",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    _id("case_id", nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("step", Text, nullable=False),
    Column("trigger", Text),
    Column("branch", Integer),
    Column("to", Text),
    Column("role", Text),
    _id("account"),
    Column("visit", Integer),
    Index(None, "case_id", "id"),
)

# What was typed on a page and not yet sent, sealed with the key of its case.
unsubmitted = Table(
    "unsubmitted",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# `language_version` is the minor of the language: see `versions`.
flow_versions = Table(
    "flow_versions",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("language_version", Integer, nullable=False),
    Column("bundle", Text, nullable=False),
    Column("stored_at", Moment, nullable=False),
)

# `id` is the digest of what the browser holds, so that reading the table opens no session. `idle` is in seconds. A
# session that has `ended` holds nothing, and is kept for a day so that its person can be told. `confirmed`: a code was
# asked beside the password.
sessions = Table(
    "sessions",
    metadata,
    _id(primary_key=True),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    _id("account"),
    Column("idle", Integer, nullable=False, server_default="1200"),
    Column("ended", Moment),
    Column("confirmed", Boolean, nullable=False, server_default=false()),
    Index(None, "seen"),
    Index(None, "account"),
)

session_cases = Table(
    "session_cases",
    metadata,
    Column("session", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("flow", Text, primary_key=True),
    _id("case_id", nullable=False),
    Index(None, "case_id"),
)

# `redirect` is empty when the page was refused and shown again.
form_ids = Table(
    "form_ids",
    metadata,
    _id(primary_key=True),
    Column("redirect", Text),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

# What leaves the house. `state` is waiting, delivered, dropped (not wanted any more) or dead (given up); `reason` is a
# word for why, never what a server said. `lease` names who has the row; what is done with is emptied of what it held.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    _id("case_id", nullable=False),
    Column("effect", String(64), nullable=False),
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("leased_until", Moment),
    Column("delivered", Moment),
    Column("sealed", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False, server_default="waiting"),
    Column("reason", String(64)),
    _id("lease"),
    Index(None, "delivered", "due"),
    Index(None, "case_id"),
    Index(None, "state", "due"),
)

# Messages and letters in the account of whoever owns the case: the case says who that is.
account_messages = Table(
    "account_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    _id("case_id", nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "case_id", "at"),
)

# `erase_at` is when it goes unless it owns a case; None is never: such are those that an operator made, and staff.
accounts = Table(
    "accounts",
    metadata,
    _id(primary_key=True),
    Column("sign_in", String(64), nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("status", Text),
    Column("created", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("closed", Moment),
    Column("erase_at", Moment),
    Index(None, "erase_at"),
)

# Keyed digests of names and values. The constraint is what makes one account a person hold, races included.
account_keys = Table(
    "account_keys",
    metadata,
    _id("digest", primary_key=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("names", Text, nullable=False),
    UniqueConstraint("account", "names"),
)

# What is known of a file is sealed beside its data key. `sweep_at` is when it goes unless its case holds it.
uploads = Table(
    "uploads",
    metadata,
    _id(primary_key=True),
    _id("case_id", nullable=False),
    Column("step", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", Moment, nullable=False),
    Column("sweep_at", Moment),
    _id("stored", nullable=False, unique=True),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "case_id", "step"),
    Index(None, "sweep_at"),
)

# The case of each flow that a browser without it can open by what it knows: one keyed digest of all of that.
case_keys = Table(
    "case_keys",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    _id("digest", nullable=False),
    Index(None, "digest"),
)

# Who gave a right password and has still to enter the code that was sent: the case holds the state of that code.
sign_ins = Table(
    "sign_ins",
    metadata,
    _id("session", primary_key=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "account"),
    Index(None, "case_id"),
)

# How often something was tried: `count` in the window of that number, `before` in the one before it.
throttles = Table(
    "throttles",
    metadata,
    _id(primary_key=True),
    Column("window", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)
