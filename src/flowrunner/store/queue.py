"""The queues of the desk: cases that wait for a role of the staff, those that have waited longest first.

A page costs the same however many cases there are: each queue is read from its index, from where the page begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from flowrunner.store.database import Transaction
from flowrunner.store.tables import FOR_STAFF, cases


class Waits(NamedTuple):
    """A queue: a role of a flow that is waited for, in one of its steps or in any."""

    flow: str
    role: str
    step: str | None = None


class Mark(NamedTuple):
    """Where a case stands in all queues: since when it waits, and its id."""

    since: datetime
    id: str


def waiting(
    transaction: Transaction,
    queues: Iterable[Waits],
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
) -> list[Mark]:
    """At most so many cases of these queues, in order: the first, those that follow `after`, or the last `before`."""
    found = set[Mark]()
    for queue in queues:
        rows = transaction.connection.execute(query(queue, limit, after, before))
        found |= {Mark(row.since, row.id) for row in rows}
    ordered = sorted(found)
    return ordered[-limit:] if before is not None else ordered[:limit]


def query(queue: Waits, limit: int, after: Mark | None, before: Mark | None) -> Select[Any]:
    """How one queue is read: from an index alone, backwards for `before`."""
    since, ident = cases.c.since, cases.c.id
    wanted = select(since, ident).where(FOR_STAFF, cases.c.waiting_role == queue.role, cases.c.flow == queue.flow)
    if queue.step is not None:
        wanted = wanted.where(cases.c.step == queue.step)
    # The first condition is what an index is entered by, the second what it leaves open at the very same moment.
    if before is not None:
        wanted = wanted.where(since <= before.since, or_(since < before.since, ident < before.id))
        return wanted.order_by(since.desc(), ident.desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(since >= after.since, or_(since > after.since, ident > after.id))
    return wanted.order_by(since, ident).limit(limit)


def by_reference(transaction: Transaction, reference: str) -> str | None:
    """The id of the case with this reference number, or None."""
    return transaction.connection.execute(select(cases.c.id).where(cases.c.reference == reference)).scalar_one_or_none()
