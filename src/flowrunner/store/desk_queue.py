"""The queues of the desk: cases that wait for a role of the staff, those that have waited longest first.

A page costs the same however many cases there are: each queue is read from its index, from where the page begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from flowrunner.store.database import Transaction
from flowrunner.store.engine.engine import Moment
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.tables import FOR_STAFF, cases


class QueueKey(NamedTuple):
    """A queue: a role of a flow that is waited for, in one of its steps or in any."""

    flow: str
    role: str
    step: str | None = None


class Mark(NamedTuple):
    """Where a case stands in all queues: since when it waits, and its id."""

    since: datetime
    id: str


class QueueRow(NamedTuple):
    """A case as a queue lists it, unopened."""

    since: datetime
    id: str
    revision: int

    @property
    def mark(self) -> Mark:
        return Mark(self.since, self.id)


def waiting(
    transaction: Transaction,
    queues: Iterable[QueueKey],
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
) -> list[QueueRow]:
    """At most so many cases of these queues, in order: the first, those that follow `after`, or the last `before`."""
    rows = set[QueueRow]()
    for queue in queues:
        parameters: dict[str, Any] = {"role": queue.role, "flow": queue.flow, "most": limit}
        if queue.step is not None:
            parameters["step"] = queue.step
        mark = before or after
        if mark is not None:
            parameters |= {"since": mark.since, "id": mark.id}
        query = _query(queue.step is not None, after is not None and before is None, before is not None)
        rows |= {QueueRow(*row) for row in query.all(transaction.connection, parameters)}
    ordered = sorted(rows)
    return ordered[-limit:] if before is not None else ordered[:limit]


@lru_cache(maxsize=8)
def _query(step: bool, after: bool, before: bool) -> Prepared:
    """How one queue is read: from where a page begins in its index, backwards for `before`."""
    since, ident, mark = cases.c.since, cases.c.id, bindparam("since", type_=Moment)
    query = select(since, ident, cases.c.revision).where(
        FOR_STAFF, cases.c.waiting_role == bindparam("role"), cases.c.flow == bindparam("flow")
    )
    if step:
        query = query.where(cases.c.step == bindparam("step"))
    # The first condition is what an index is entered by, the second what it leaves open at the very same moment.
    if before:
        query = query.where(since <= mark, or_(since < mark, ident < bindparam("id")))
        return Prepared(query.order_by(since.desc(), ident.desc()).limit(bindparam("most")))
    if after:
        query = query.where(since >= mark, or_(since > mark, ident > bindparam("id")))
    return Prepared(query.order_by(since, ident).limit(bindparam("most")))


def by_reference(transaction: Transaction, reference: str) -> str | None:
    """The id of the case with this reference number, or None."""
    return transaction.connection.execute(select(cases.c.id).where(cases.c.reference == reference)).scalar_one_or_none()
