"""What leaves the house, row by row: posted with the decision that caused it, leased by one worker at a time.

A lease is taken in a transaction of its own, what is carried is carried with none open, and the row is marked in
another. Whoever dies in between delays the row by no more than the lease, and a mark counts only from whoever still has
the lease.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Update, func, insert, or_, select, update

from flowrunner.model.case import Case, Work
from flowrunner.store.cases import key_of
from flowrunner.store.database import Transaction
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode_values, encode_values
from flowrunner.store.tables import cases, outbox

WAITING, DELIVERED, DROPPED, DEAD = "waiting", "delivered", "dropped", "dead"
NOTHING = b""

Left = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""Effect and values → the values that may be kept, or None."""


def post(transaction: Transaction, case: Case, work: Work, now: datetime) -> None:
    """Put work that leaves into the outbox, once for its key, sealed with the key of its case."""
    if transaction.connection.execute(select(outbox.c.id).where(outbox.c.key == work.key)).first() is not None:
        return
    sealed = seal.seal(key_of(transaction, case.id), encode_values(work.values), _row(work.key))
    row = {"key": work.key, "case_id": case.id, "effect": work.effect, "created": now, "due": now, "sealed": sealed}
    transaction.connection.execute(insert(outbox).values(row))


# --- One row on its way -------------------------------------------------------------------


class Leased(NamedTuple):
    """A row that is ours until its lease ends. `tries` are those that failed before."""

    id: int
    key: str
    case_id: str
    effect: str
    created: datetime
    tries: int
    lease: str


def is_due(transaction: Transaction, now: datetime, without: Collection[str] = ()) -> bool:
    """Whether there is a row to lease; takes no lock."""
    return transaction.connection.execute(_first_due(now, without)).first() is not None


def lease(transaction: Transaction, now: datetime, until: datetime, without: Collection[str] = ()) -> Leased | None:
    """Take the row that is due longest, no row of the effects `without`; None when no row is due and free."""
    row = transaction.connection.execute(_first_due(now, without).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    token = os.urandom(16).hex()
    transaction.connection.execute(update(outbox).where(outbox.c.id == row.id).values(lease=token, leased_until=until))
    return Leased(row.id, row.key, row.case_id, row.effect, row.created, row.tries, token)


def _first_due(now: datetime, without: Collection[str]) -> Any:
    columns = (outbox.c.id, outbox.c.key, outbox.c.case_id, outbox.c.effect, outbox.c.created, outbox.c.tries)
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    wanted = select(*columns).where(outbox.c.state == WAITING, outbox.c.due <= now, free)
    if without:
        wanted = wanted.where(outbox.c.effect.not_in(sorted(without)))
    return wanted.order_by(outbox.c.due, outbox.c.id).limit(1)


def opened(transaction: Transaction, leased: Leased) -> dict[str, Any]:
    """What the work holds. Raises store.seal.Broken."""
    sealed = transaction.connection.execute(select(outbox.c.sealed).where(outbox.c.id == leased.id)).scalar_one()
    return decode_values(seal.unseal(key_of(transaction, leased.case_id), sealed, _row(leased.key)))


def delivered(transaction: Transaction, leased: Leased, now: datetime) -> bool:
    """It has left. False, like the three that follow, when the lease is another's by now: then nothing is marked."""
    return _mark(transaction, leased, state=DELIVERED, delivered=now, reason=None, sealed=NOTHING)


def drop(transaction: Transaction, leased: Leased, reason: str) -> bool:
    """It is not wanted any more."""
    return _mark(transaction, leased, state=DROPPED, reason=reason, sealed=NOTHING)


def postpone(transaction: Transaction, leased: Leased, due: datetime, reason: str, tries: int = 1) -> bool:
    """Try again at `due`; so many more tries have failed."""
    return _mark(transaction, leased, due=due, reason=reason, tries=leased.tries + tries)


def bury(transaction: Transaction, leased: Leased, reason: str) -> bool:
    """Give up, until somebody says `retry`."""
    return _mark(transaction, leased, state=DEAD, reason=reason, tries=leased.tries + 1)


def redact(transaction: Transaction, case_id: str, left: Left) -> None:
    """Let the rows of a case that wait or are dead hold only what is `left` of them; one of which nothing is, is
    dropped."""
    wanted = select(outbox).where(outbox.c.case_id == case_id, outbox.c.state.in_([WAITING, DEAD]))
    key = key_of(transaction, case_id)
    for row in transaction.connection.execute(wanted).all():
        values = left(row.effect, decode_values(seal.unseal(key, row.sealed, _row(row.key))))
        dropped = {"state": DROPPED, "reason": "not_kept", "sealed": NOTHING, "lease": None, "leased_until": None}
        kept = {"sealed": seal.seal(key, encode_values(values), _row(row.key))} if values is not None else dropped
        transaction.connection.execute(update(outbox).where(outbox.c.id == row.id).values(kept))


def _mark(transaction: Transaction, leased: Leased, **values: Any) -> bool:
    ours = update(outbox).where(outbox.c.id == leased.id, outbox.c.lease == leased.lease)
    changed = transaction.connection.execute(ours.values(lease=None, leased_until=None, **values))
    return changed.rowcount == 1


# --- Looking after it ---------------------------------------------------------------------


class OutboxLine(NamedTuple):
    """A row that waits or is dead, as an operator sees it: nothing of what it holds."""

    id: int
    state: str
    effect: str
    flow: str
    created: datetime
    due: datetime
    tries: int
    reason: str | None


def lines(transaction: Transaction, limit: int = 1000) -> list[OutboxLine]:
    """The rows that wait or are dead: the dead first, then what is due first."""
    columns = (
        outbox.c.id,
        outbox.c.state,
        outbox.c.effect,
        cases.c.flow,
        outbox.c.created,
        outbox.c.due,
        outbox.c.tries,
        outbox.c.reason,
    )
    wanted = (
        select(*columns)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(outbox.c.state.in_([WAITING, DEAD]))
        .order_by(outbox.c.state, outbox.c.due, outbox.c.id)
        .limit(limit)
    )
    return [OutboxLine(*row) for row in transaction.connection.execute(wanted)]


def retry(transaction: Transaction, now: datetime, ids: Collection[int] | None = None) -> int:
    """Let dead rows, and those that wait for their next try, be tried at once: all, or these. How many they were."""
    change: Update = update(outbox).where(outbox.c.state.in_([WAITING, DEAD]))
    if ids is not None:
        change = change.where(outbox.c.id.in_(sorted(ids)))
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    fresh = {"state": WAITING, "due": now, "tries": 0}
    return transaction.connection.execute(change.where(free).values(fresh)).rowcount


class Depth(NamedTuple):
    """How many rows wait, since when the oldest does, and how many are dead."""

    waiting: int
    oldest: datetime | None
    dead: int


def outbox_depth(transaction: Transaction) -> Depth:
    """For metrics and warnings."""
    columns = (outbox.c.state, func.count(), func.min(outbox.c.created))
    counted = select(*columns).where(outbox.c.state.in_([WAITING, DEAD])).group_by(outbox.c.state)
    found = {state: (count, oldest) for state, count, oldest in transaction.connection.execute(counted)}
    waiting, oldest = found.get(WAITING, (0, None))
    return Depth(waiting, oldest, found.get(DEAD, (0, None))[0])


def _row(key: str) -> str:
    return f"outbox:{key}"
