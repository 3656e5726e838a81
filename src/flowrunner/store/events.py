"""Audit events: the append-only log of what happened to each case.

An event is never changed and holds nothing that was typed. It goes when its case is erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, false, insert, or_, select, true

from flowrunner.model.case import Case, Event
from flowrunner.store.database import Transaction
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.tables import events

_RECORD = Prepared(
    insert(events).values({column.name: bindparam(column.name) for column in events.c if column.name != "id"}).inline()
)


def record(transaction: Transaction, case: Case, happened: Iterable[Event]) -> None:
    """Append the audit events of one decision."""
    for event in happened:
        row = {
            "case_id": case.id,
            "revision": case.revision,
            "at": event.at,
            "kind": event.kind,
            "step": event.step,
            "trigger": event.trigger,
            "branch": event.branch,
            "to": event.to,
            "role": event.role,
            "account": event.account,
            "visit": event.visit,
        }
        _RECORD.write(transaction.connection, row)


def events_of(transaction: Transaction, case_id: str, but: Iterable[str] = ()) -> tuple[Event, ...]:
    """The audit trail of a case: all its events, the oldest first, without these kinds."""
    rows = _all_but(frozenset(but)).all(transaction.connection, {"of": case_id})
    return tuple(_event(row) for row in rows)


def newest_events(transaction: Transaction, case_id: str, kinds: Iterable[str], limit: int) -> tuple[Event, ...]:
    """The newest events of these kinds, at most `limit`, the oldest of them first."""
    rows = _newest_of(frozenset(kinds)).all(transaction.connection, {"of": case_id, "most": limit})
    return tuple(_event(row) for row in reversed(rows))


@lru_cache(maxsize=8)
def _all_but(kinds: frozenset[str]) -> Prepared:
    other = and_(true(), *(events.c.kind != kind for kind in sorted(kinds)))
    return Prepared(select(events).where(events.c.case_id == bindparam("of"), other).order_by(events.c.id))


@lru_cache(maxsize=8)
def _newest_of(kinds: frozenset[str]) -> Prepared:
    one_of = or_(false(), *(events.c.kind == kind for kind in sorted(kinds)))
    query = select(events).where(events.c.case_id == bindparam("of"), one_of)
    return Prepared(query.order_by(events.c.id.desc()).limit(bindparam("most")))


def _event(row: Any) -> Event:
    return Event(row.at, row.kind, row.step, row.trigger, row.branch, row.to, row.role, row.account, row.visit)
