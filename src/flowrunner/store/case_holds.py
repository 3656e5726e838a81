"""Advisory locks on cases at the desk: who of the staff is at work on which one.

A hold is a lease that lapses by itself. It only advises: what is decided stands by the revision of the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update

from flowrunner.store.database import Transaction
from flowrunner.store.desk_queue import Mark
from flowrunner.store.engine.engine import Moment
from flowrunner.store.engine.failures import unique_or_conflict
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.tables import holds

LASTS = timedelta(minutes=30)
_TAKE = Prepared(
    update(holds)
    .where(
        holds.c.case_id == bindparam("of"),
        or_(
            holds.c.account == bindparam("by"),
            holds.c.at <= bindparam("over_at", type_=Moment()),
            holds.c.at < bindparam("since", type_=Moment()),
        ),
    )
    .values(account=bindparam("by"), at=bindparam("now", type_=Moment()))
)


class Hold(NamedTuple):
    """The account that holds a case, and when it was last seen at it."""

    account: str
    at: datetime


def take(transaction: Transaction, case: Mark, account: str, now: datetime) -> Hold:
    """Hold a case from now on, unless another account does; whoever holds it then comes back. Raises Conflict."""
    parameters = {"of": case.id, "by": account, "now": now, "over_at": now - LASTS, "since": case.since}
    if _TAKE.write(transaction.connection, parameters):
        return Hold(account, now)
    other = of_cases(transaction, [case], now).get(case.id)
    if other is not None:
        return other
    with unique_or_conflict("another was faster to take the case."):
        transaction.connection.execute(insert(holds).values(case_id=case.id, account=account, at=now))
    return Hold(account, now)


def drop(transaction: Transaction, case_id: str, account: str | None = None) -> None:
    """Nobody holds the case any more; with `account`, only if this one did."""
    dropping = delete(holds).where(holds.c.case_id == case_id)
    transaction.connection.execute(dropping if account is None else dropping.where(holds.c.account == account))


def of_cases(transaction: Transaction, waiting: Iterable[Mark], now: datetime) -> dict[str, Hold]:
    """The holds of these cases that have not lapsed. One is over as soon as its case waits anew, too."""
    since = {mark.id: mark.since for mark in waiting}
    if not since:
        return {}
    parameters = {f"id_{number}": ident for number, ident in enumerate(since)}
    rows = _of_cases(len(since)).all(transaction.connection, {**parameters, "over_at": now - LASTS})
    return {row.case_id: Hold(row.account, row.at) for row in rows if row.at >= since[row.case_id]}


@lru_cache(maxsize=64)
def _of_cases(count: int) -> Prepared:
    """The holds of so many cases."""
    ids = [bindparam(f"id_{number}", type_=holds.c.case_id.type) for number in range(count)]
    one_of = or_(*(holds.c.case_id == ident for ident in ids))
    return Prepared(select(holds).where(one_of, holds.c.at > bindparam("over_at", type_=Moment)))
