"""Rate limits: sliding-window counters in the database, shared by all processes and kept over a restart.

The sliding window counter: what was counted in the window before this one weighs as much as of that window still lies
within the period. A counter is found by a keyed digest, so that the rows tell neither an address nor a network.

limits, the library under Flask-Limiter, was weighed: it counts in memory, Redis, Memcached or MongoDB, and in no SQL.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import unique_or_conflict
from flowrunner.store.tables import throttles


class Limit(NamedTuple):
    """A rate limit: at most `most` within `period`."""

    most: int
    period: timedelta


def count(transaction: Transaction, limit: Limit, now: datetime, *key: str) -> timedelta | None:
    """Count one try under this key and return None; or, over the limit, count nothing and return how long until another
    is allowed (HTTP's Retry-After). Raises Conflict when the key was first counted elsewhere at the same time.
    """
    ident = transaction.keys.digest("throttle", *key)
    length = limit.period.total_seconds()
    window, into = divmod(now.timestamp(), length)
    counter = _counter(transaction, ident, int(window))
    wait = _wait(limit.most, counter, into / length)
    if wait is not None:
        return limit.period * wait
    values = {"window": int(window), "count": counter.now + 1, "before": counter.before, "at": now}
    if counter.is_new:
        with unique_or_conflict("the counter was begun elsewhere."):
            transaction.connection.execute(insert(throttles).values(id=ident, **values))
    else:
        transaction.connection.execute(update(throttles).where(throttles.c.id == ident).values(values))
    return None


class _Counter(NamedTuple):
    now: int = 0
    before: int = 0
    is_new: bool = False


def _counter(transaction: Transaction, ident: str, window: int) -> _Counter:
    """What was counted in this window (`now`) and in the one before it. The row stays locked in this transaction."""
    columns = (throttles.c.window, throttles.c.count.label("tried"), throttles.c.before)
    query = select(*columns).where(throttles.c.id == ident).with_for_update()
    row = transaction.connection.execute(query).one_or_none()
    if row is None:
        return _Counter(is_new=True)
    if row.window == window:
        return _Counter(row.tried, row.before)
    return _Counter(before=row.tried if row.window == window - 1 else 0)


def _wait(most: int, counter: _Counter, gone: float) -> float | None:
    """In periods, how long until one more is allowed; None when it is now. `gone` is the part of this window that is
    over."""
    if counter.before * (1 - gone) + counter.now < most:
        return None
    if counter.now < most:
        return 1 - (most - counter.now) / counter.before - gone
    return 1 - gone + 1 - most / counter.now


def forgive(transaction: Transaction, *key: str) -> None:
    """Reset the counter of this key."""
    ident = transaction.keys.digest("throttle", *key)
    transaction.connection.execute(delete(throttles).where(throttles.c.id == ident))


def forget(transaction: Transaction, before: datetime) -> None:
    """Drop counters that nothing was added to since: twice the longest period ago, when they weigh nothing."""
    transaction.connection.execute(delete(throttles).where(throttles.c.at < before))
