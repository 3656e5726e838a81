"""How much waits to be done: for whoever watches over a deployment."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flowrunner.service.context import ServiceContext
from flowrunner.store import cases, outbox

# What is due is done within seconds; whatever waits longer, waits for a worker.
LATE = timedelta(minutes=1)


class Backlog(NamedTuple):
    """`waiting` and `dead` are rows of the outbox, `oldest` the seconds since the oldest of those that wait was posted
    (0 when none does), `late` the cases for which time had something to do a minute ago or longer."""

    waiting: int
    oldest: float
    dead: int
    late: int


def backlog(context: ServiceContext) -> Backlog:
    """Two counts over indexes. Raises Unavailable."""
    now = context.clock()
    with context.database.reading() as transaction:
        depth = outbox.outbox_depth(transaction)
        late = cases.count_due(transaction, now - LATE)
    oldest = max(0.0, (now - depth.oldest).total_seconds()) if depth.oldest else 0.0
    return Backlog(depth.waiting, oldest, depth.dead, late)
