"""Drafts: what was typed on a page and not yet sent, one row for a page of a case, sealed with the key of the case."""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, delete, select

from flowrunner.model.case import Inputs
from flowrunner.store.cases import key_of
from flowrunner.store.database import Transaction
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.engine.upsert import insert_or_replace
from flowrunner.store.sealing import seal
from flowrunner.store.tables import unsubmitted

_FIND = Prepared(
    select(unsubmitted.c.sealed).where(unsubmitted.c.case_id == bindparam("of"), unsubmitted.c.step == bindparam("on"))
)


class Unsubmitted(Struct, frozen=True):
    """A draft. `inputs` are those of the questions `fields`, as they were typed; `shown` is the digest of the step's
    answers on the page that they were typed in."""

    inputs: Inputs
    fields: frozenset[str]
    shown: str


def keep(transaction: Transaction, case_id: str, step: str, typed: Unsubmitted, now: datetime) -> None:
    """Save the draft of a page, in place of the one before. Raises Conflict."""
    record = {"inputs": typed.inputs, "fields": sorted(typed.fields), "shown": typed.shown}
    plain = json.dumps(record, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    sealed = seal.seal(key_of(transaction, case_id), plain, _row(case_id, step))
    row = {"case_id": case_id, "step": step, "at": now, "sealed": sealed}
    insert_or_replace(transaction.connection, unsubmitted, row)


def find(transaction: Transaction, case_id: str, step: str) -> Unsubmitted | None:
    """The draft of a page, or None. Raises seal.Broken when its row was tampered with."""
    row = _FIND.one(transaction.connection, {"of": case_id, "on": step})
    return None if row is None else unseal_draft(key_of(transaction, case_id), case_id, step, row.sealed)


def unseal_draft(key: bytes, case_id: str, step: str, sealed: bytes) -> Unsubmitted:
    """The draft of a sealed row. Raises seal.Broken."""
    record = json.loads(seal.unseal(key, sealed, _row(case_id, step)))
    inputs = {name: tuple(values) for name, values in record["inputs"].items()}
    return Unsubmitted(inputs, frozenset(record["fields"]), record["shown"])


def drop(transaction: Transaction, case_id: str, step: str | None = None) -> None:
    """Erase the draft of a page, or of all pages of a case."""
    change = delete(unsubmitted).where(unsubmitted.c.case_id == case_id)
    transaction.connection.execute(change if step is None else change.where(unsubmitted.c.step == step))


def _row(case_id: str, step: str) -> str:
    return f"unsubmitted:{case_id}:{step}"
