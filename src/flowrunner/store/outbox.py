"""The transactional outbox: e-mail and calls, written in the transaction that decided them and delivered at least once.

`key` is the idempotency key of a row: it is posted once, and a receiver can tell a second delivery by it. One worker at
a time has the lease of a row. What fails is tried again with exponential backoff (`service.mail.outbox` works out the
wait) until it is dead, as in a dead-letter queue, where an operator may `retry` it.

A lease is taken in a transaction of its own, the delivery runs with none open, and the row is marked in another.
Whoever dies in between delays the row by no more than the lease, and a mark counts only from whoever still has
the lease.

huey, procrastinate and brokers were weighed: huey deletes a job before it runs it, procrastinate is for PostgreSQL
alone, and no broker posts in our transaction on SQLite.
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

Remainder = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""Effect and values → the values that may be kept, or None."""


def post(transaction: Transaction, case: Case, work: Work, now: datetime) -> None:
    """Put work into the outbox, once for its idempotency key, sealed with the key of its case. Raises Conflict."""
    if transaction.connection.execute(select(outbox.c.id).where(outbox.c.key == work.key)).first() is not None:
        return
    sealed = seal.seal(key_of(transaction, case.id), encode_values(work.values), _row(work.key))
    row = {"key": work.key, "case_id": case.id, "effect": work.effect, "created": now, "due": now, "sealed": sealed}
    transaction.connection.execute(insert(outbox).values(row))


# --- One row on its way -------------------------------------------------------------------


class Leased(NamedTuple):
    """A row whose lease is ours until it ends; `lease` is the token of it. `tries` counts those that failed before."""

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
    query = select(*columns).where(outbox.c.state == WAITING, outbox.c.due <= now, free)
    if without:
        query = query.where(outbox.c.effect.not_in(sorted(without)))
    return query.order_by(outbox.c.due, outbox.c.id).limit(1)


def unseal_work(transaction: Transaction, leased: Leased) -> dict[str, Any]:
    """The values of the work. Raises seal.Broken."""
    sealed = transaction.connection.execute(select(outbox.c.sealed).where(outbox.c.id == leased.id)).scalar_one()
    return decode_values(seal.unseal(key_of(transaction, leased.case_id), sealed, _row(leased.key)))


def mark_delivered(transaction: Transaction, leased: Leased, now: datetime) -> bool:
    """It was delivered. False, like the three that follow, when the lease is another's by now: then nothing is
    marked."""
    return _mark(transaction, leased, state=DELIVERED, delivered=now, reason=None, sealed=NOTHING)


def drop(transaction: Transaction, leased: Leased, reason: str) -> bool:
    """It is not wanted any more."""
    return _mark(transaction, leased, state=DROPPED, reason=reason, sealed=NOTHING)


def postpone(transaction: Transaction, leased: Leased, due: datetime, reason: str, tries: int = 1) -> bool:
    """Try again at `due`, which is the backoff; so many more tries have failed."""
    return _mark(transaction, leased, due=due, reason=reason, tries=leased.tries + tries)


def give_up(transaction: Transaction, leased: Leased, reason: str) -> bool:
    """Mark it dead: it is not tried again until an operator says `retry`."""
    return _mark(transaction, leased, state=DEAD, reason=reason, tries=leased.tries + 1)


def redact(transaction: Transaction, case_id: str, remainder: Remainder) -> None:
    """Let the rows of a case that wait or are dead hold only what is `remainder` of them; one of which nothing is, is
    dropped."""
    query = select(outbox).where(outbox.c.case_id == case_id, outbox.c.state.in_([WAITING, DEAD]))
    key = key_of(transaction, case_id)
    for row in transaction.connection.execute(query).all():
        values = remainder(row.effect, decode_values(seal.unseal(key, row.sealed, _row(row.key))))
        dropped = {"state": DROPPED, "reason": "not_kept", "sealed": NOTHING, "lease": None, "leased_until": None}
        columns = {"sealed": seal.seal(key, encode_values(values), _row(row.key))} if values is not None else dropped
        transaction.connection.execute(update(outbox).where(outbox.c.id == row.id).values(columns))


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
    query = (
        select(*columns)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(outbox.c.state.in_([WAITING, DEAD]))
        .order_by(outbox.c.state, outbox.c.due, outbox.c.id)
        .limit(limit)
    )
    return [OutboxLine(*row) for row in transaction.connection.execute(query)]


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
    """The backlog, for metrics and warnings."""
    columns = (outbox.c.state, func.count(), func.min(outbox.c.created))
    counted = select(*columns).where(outbox.c.state.in_([WAITING, DEAD])).group_by(outbox.c.state)
    by_state = {state: (count, oldest) for state, count, oldest in transaction.connection.execute(counted)}
    waiting, oldest = by_state.get(WAITING, (0, None))
    return Depth(waiting, oldest, by_state.get(DEAD, (0, None))[0])


def _row(key: str) -> str:
    return f"outbox:{key}"
