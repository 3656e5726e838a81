"""Rows of cases, each sealed (encrypted) with its own data key, under an optimistic lock by revision.

A save is a compare-and-swap: it names the revision that was loaded and raises Conflict when another save was faster.
The row is the truth; audit events (`store.events`) are the record beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from flowrunner.model.case import Case
from flowrunner.store.database import Transaction
from flowrunner.store.engine.engine import Moment
from flowrunner.store.engine.failures import Conflict, unique_or_conflict
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.erasure import WITH_ITS_CASE
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode, encode
from flowrunner.store.tables import cases

_LOAD = Prepared(select(cases.c.key, cases.c.sealed, cases.c.revision).where(cases.c.id == bindparam("of")))
_LOAD_EACH = select(cases.c.id, cases.c.key, cases.c.sealed, cases.c.revision).where(
    cases.c.id.in_(bindparam("ids", expanding=True))
)
# What the indexes of the table hold.
SEARCHED = ("reference", "waiting_role", "owner", "next_due", "erase_at", "redact_at")
# That of them which does not change with the revision alone: a worker sets it without.
_DUE = "next_due"
_OF_ACCOUNT = Prepared(
    select(cases.c.id, cases.c.key, cases.c.sealed, cases.c.revision)
    .where(cases.c.owner == bindparam("account"), cases.c.flow == bindparam("of_flow"))
    .order_by(cases.c.since.desc(), cases.c.id)
    .limit(bindparam("most"))
)
NO_CASES: Mapping[str, Case] = {}
NO_COLUMNS: Mapping[str, Any] = {}
_NUMBERED = "another case has this reference number."


class Schedule(Struct, frozen=True):
    """What a row is searched and scheduled by, worked out from the case and its flow."""

    waiting_role: str
    next_due: datetime | None = None
    erase_at: datetime | None = None
    redact_at: datetime | None = None


def load(transaction: Transaction, case_id: str) -> Case | None:
    """The case, or None. Raises seal.Broken when its row was tampered with."""
    row = _LOAD.one(transaction.connection, {"of": case_id})
    return None if row is None else unseal_case(transaction, case_id, row.key, row.sealed, row.revision)[1]


def load_each(transaction: Transaction, ids: Iterable[str]) -> list[Case]:
    """The cases of these ids, in their order, without those that are not there any more. Raises seal.Broken."""
    order = list(ids)
    rows = {row.id: row for row in transaction.connection.execute(_LOAD_EACH, {"ids": order})}
    in_order = (rows[ident] for ident in order if ident in rows)
    return [unseal_case(transaction, row.id, row.key, row.sealed, row.revision)[1] for row in in_order]


def unseal_case(
    transaction: Transaction, case_id: str, wrapped: bytes, sealed: bytes, revision: int
) -> tuple[bytes, Case]:
    """The data key of a row and the case that it holds. Raises seal.Broken."""
    row = _row(case_id)
    key = seal.unwrap(transaction.keys, wrapped, row)
    case = decode(seal.unseal(key, sealed, row))
    if case.revision != revision:
        raise seal.Broken("what is stored is not of this revision.", where="cases")
    return key, case


def cases_named(transaction: Transaction, name: str) -> str | None:
    """The id of the case that has this reference number, or this id; however its letters were typed."""
    if not name.isascii() or not name.isprintable():
        return None
    query = select(cases.c.id).where((cases.c.reference == name.strip().upper()) | (cases.c.id == name.strip().lower()))
    return transaction.connection.execute(query).scalars().first()


def add(transaction: Transaction, case: Case, schedule: Schedule) -> None:
    """Store a new case under a data key of its own. Raises Conflict when another case has its reference number."""
    key = seal.new_key()
    row = {"id": case.id, "key": seal.wrap(transaction.keys, key, _row(case.id)), **_columns(case, schedule, key)}
    with unique_or_conflict(_NUMBERED):
        transaction.connection.execute(insert(cases).values(row))


def save(
    transaction: Transaction,
    case: Case,
    expected: int,
    schedule: Schedule,
    key: bytes = b"",
    searched: Mapping[str, Any] = NO_COLUMNS,
) -> None:
    """Replace the case if its stored revision is still `expected` (optimistic lock), else raise Conflict.

    `key` is its data key and `searched` what its row has in SEARCHED, if whoever loaded it has them still.
    """
    columns = _columns(case, schedule, key or key_of(transaction, case.id))
    # A database writes an index again for each of its columns that is named, changed or not.
    same = frozenset(name for name in SEARCHED if name in searched and searched[name] == columns[name])
    for name in same:
        del columns[name]
    parameters = {"of": case.id, "expected": expected, **columns}
    with unique_or_conflict(_NUMBERED):
        changed = _save_without(same).write(transaction.connection, parameters | {"due": schedule.next_due})
        if changed != 1 and _DUE in same:
            # A worker has set another date since the case was loaded: a decision has the last word.
            changed = _save_without(same - {_DUE}).write(transaction.connection, parameters | {_DUE: schedule.next_due})
    if changed != 1:
        raise Conflict("another decision was faster.", where="cases")


@lru_cache(maxsize=16)
def _save_without(same: frozenset[str]) -> Prepared:
    """The statement that leaves these columns as they are, and writes nothing when `next_due`, if it is one of them, is
    not as it was."""
    changed = {column.name for column in cases.c} - {"id", "key"} - same
    still = [cases.c.next_due.is_not_distinct_from(bindparam("due", type_=Moment()))] if _DUE in same else []
    return Prepared(
        update(cases)
        .where(cases.c.id == bindparam("of"), cases.c.revision == bindparam("expected"), *still)
        .values({name: bindparam(name) for name in sorted(changed)})
    )


def erase(transaction: Transaction, case_id: str) -> None:
    """Destroy the case with its key, and every row that belongs to it."""
    for table in WITH_ITS_CASE:
        transaction.connection.execute(delete(table).where(table.c.case_id == case_id))
    transaction.connection.execute(delete(cases).where(cases.c.id == case_id))


def redact(transaction: Transaction, case: Case, expected: int, again: datetime | None) -> None:
    """Replace a case by what is left of it, to be looked at `again`, if its stored revision is still `expected`
    (optimistic lock). When it goes as a whole stays as it is. Raises Conflict."""
    sealed = seal.seal(key_of(transaction, case.id), encode(case), _row(case.id))
    same = update(cases).where(cases.c.id == case.id, cases.c.revision == expected)
    written = same.values(sealed=sealed, revision=case.revision, redact_at=again)
    if transaction.connection.execute(written).rowcount != 1:
        raise Conflict("another decision was faster.", where="cases")


def to_redact(transaction: Transaction, now: datetime, limit: int = 100) -> list[str]:
    """The ids of cases of which answers are not to be kept any longer."""
    query = select(cases.c.id).where(cases.c.redact_at <= now).order_by(cases.c.redact_at).limit(limit)
    return list(transaction.connection.execute(query).scalars())


def is_to_erase(transaction: Transaction, case_id: str, now: datetime) -> bool:
    """Whether the retention of the case is over still, now that nobody else can use it."""
    return _is_still(transaction, case_id, cases.c.erase_at <= now)


def is_to_redact(transaction: Transaction, case_id: str, now: datetime) -> bool:
    """Whether answers of the case are to go still, now that nobody else can use it."""
    return _is_still(transaction, case_id, cases.c.redact_at <= now)


def _is_still(transaction: Transaction, case_id: str, over: ColumnElement[bool]) -> bool:
    query = select(cases.c.id).where(cases.c.id == case_id, over).with_for_update()
    return transaction.connection.execute(query).first() is not None


def look_again(transaction: Transaction, case_id: str, revision: int, due: datetime | None) -> None:
    """Set when time has something to do for a case of this revision, and nothing else of it."""
    change = update(cases).where(cases.c.id == case_id, cases.c.revision == revision).values(next_due=due)
    transaction.connection.execute(change)


def set_aside(transaction: Transaction, case_id: str, until: datetime) -> None:
    """Let time do nothing for a case before `until`: what is due waits until then, or until somebody acts on it."""
    transaction.connection.execute(update(cases).where(cases.c.id == case_id).values(next_due=until))


def due(transaction: Transaction, now: datetime, limit: int = 100) -> list[str]:
    """The ids of cases for which time has something to do, the longest due first."""
    query = select(cases.c.id).where(cases.c.next_due <= now).order_by(cases.c.next_due).limit(limit)
    return list(transaction.connection.execute(query).scalars())


def count_due(transaction: Transaction, now: datetime) -> int:
    """For how many cases time has something to do."""
    counted = select(func.count()).select_from(cases).where(cases.c.next_due <= now)
    return transaction.connection.execute(counted).scalar_one()


def to_erase(transaction: Transaction, now: datetime, limit: int = 100) -> list[str]:
    """The ids of cases whose retention is over."""
    query = select(cases.c.id).where(cases.c.erase_at <= now).order_by(cases.c.erase_at).limit(limit)
    return list(transaction.connection.execute(query).scalars())


def of_account(
    transaction: Transaction, account: str, flow: str, limit: int, loaded: Mapping[str, Case] = NO_CASES
) -> list[Case]:
    """The cases of this flow that an account owns, the one that moved last first, in one statement. Those of `loaded`,
    which were read in this request already, are not opened again."""
    rows = _OF_ACCOUNT.all(transaction.connection, {"account": account, "of_flow": flow, "most": limit})
    owned = []
    for row in rows:
        before = loaded.get(row.id)
        if before is not None and before.revision == row.revision:
            owned.append(before)
        else:
            owned.append(unseal_case(transaction, row.id, row.key, row.sealed, row.revision)[1])
    return owned


def belongs(transaction: Transaction, case_id: str, account: str, flow: str) -> bool:
    """Whether there is such a case of this flow, and this account owns it."""
    query = select(cases.c.id).where(cases.c.id == case_id, cases.c.owner == account, cases.c.flow == flow)
    return transaction.connection.execute(query).first() is not None


def open_of(transaction: Transaction, account: str, flow: str) -> str | None:
    """The id of the newest case of this flow that an account owns and that has not ended, or None."""
    query = (
        select(cases.c.id)
        .where(cases.c.owner == account, cases.c.flow == flow, cases.c.ended.is_(None))
        .order_by(cases.c.since.desc(), cases.c.id)
        .limit(1)
    )
    return transaction.connection.execute(query).scalar_one_or_none()


class State(NamedTuple):
    """What a row says of a case without opening it."""

    step: str
    reference: str | None
    ended: datetime | None
    outcome: str | None


def newest_of(transaction: Transaction, account: str, flow: str) -> State | None:
    """How the newest case of an account stands, or None when it has none of this flow."""
    query = (
        select(cases.c.step, cases.c.reference, cases.c.ended, cases.c.outcome)
        .where(cases.c.owner == account, cases.c.flow == flow)
        .order_by(cases.c.since.desc())
        .limit(1)
    )
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else State(row.step, row.reference, row.ended, row.outcome)


def key_of(transaction: Transaction, case_id: str) -> bytes:
    """The data key of a case, for what belongs to it. Raises Conflict when the case is not there any more."""
    wrapped = transaction.connection.execute(select(cases.c.key).where(cases.c.id == case_id)).scalar_one_or_none()
    if wrapped is None:
        raise Conflict("the case is not there any more.", where="cases")
    return case_key(transaction, case_id, wrapped)


def case_key(transaction: Transaction, case_id: str, wrapped: bytes) -> bytes:
    """The data key of a case, from its row. Raises seal.Broken."""
    return seal.unwrap(transaction.keys, wrapped, _row(case_id))


def _columns(case: Case, schedule: Schedule, key: bytes) -> dict[str, Any]:
    current = case.path[-1]
    return {
        "reference": case.reference,
        "flow": case.flow,
        "version": case.version,
        "revision": case.revision,
        "step": current.place.step,
        "item": current.place.item,
        "waiting_role": schedule.waiting_role,
        "since": current.since,
        "owner": case.owner,
        "language": case.language,
        "next_due": schedule.next_due,
        "ended": case.ended,
        "outcome": case.outcome,
        "erase_at": schedule.erase_at,
        "redact_at": schedule.redact_at,
        "sealed": seal.seal(key, encode(case), _row(case.id)),
    }


def _row(case_id: str) -> str:
    return f"cases:{case_id}"
