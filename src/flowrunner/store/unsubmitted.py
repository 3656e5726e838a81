"""What was typed on a page and not yet sent: one row for a page of a case, sealed with the key of the case."""

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
    """`inputs` are those of the questions `fields`, as they were typed; `shown` is the digest of the step's answers on
    the page that they were typed in."""

    inputs: Inputs
    fields: frozenset[str]
    shown: str


def keep(transaction: Transaction, case_id: str, step: str, typed: Unsubmitted, now: datetime) -> None:
    """Keep what was typed on a page, in place of what was kept of it before. Raises store.failures.Lost."""
    held = {"inputs": typed.inputs, "fields": sorted(typed.fields), "shown": typed.shown}
    plain = json.dumps(held, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    sealed = seal.seal(key_of(transaction, case_id), plain, _row(case_id, step))
    row = {"case_id": case_id, "step": step, "at": now, "sealed": sealed}
    insert_or_replace(transaction.connection, unsubmitted, row)


def find(transaction: Transaction, case_id: str, step: str) -> Unsubmitted | None:
    """What is kept of a page, or None. Raises store.seal.Broken when its row was tampered with."""
    row = _FIND.one(transaction.connection, {"of": case_id, "on": step})
    return None if row is None else opened(key_of(transaction, case_id), case_id, step, row.sealed)


def opened(key: bytes, case_id: str, step: str, sealed: bytes) -> Unsubmitted:
    """What a row holds. Raises store.seal.Broken."""
    held = json.loads(seal.unseal(key, sealed, _row(case_id, step)))
    inputs = {name: tuple(values) for name, values in held["inputs"].items()}
    return Unsubmitted(inputs, frozenset(held["fields"]), held["shown"])


def drop(transaction: Transaction, case_id: str, step: str | None = None) -> None:
    """Erase what is kept of a page, or of all pages of a case."""
    change = delete(unsubmitted).where(unsubmitted.c.case_id == case_id)
    transaction.connection.execute(change if step is None else change.where(unsubmitted.c.step == step))


def _row(case_id: str, step: str) -> str:
    return f"unsubmitted:{case_id}:{step}"
