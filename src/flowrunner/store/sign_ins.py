"""Pending sign-ins (two-factor): the password was right in this session, and the code that was sent is still to
come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from flowrunner.store import cases
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import unique_or_conflict
from flowrunner.store.sessions import digest
from flowrunner.store.tables import sign_ins

LASTS = timedelta(minutes=30)


class PendingSignIn(NamedTuple):
    """The account, and the case that holds the state of the code."""

    account: str
    case_id: str


def add(transaction: Transaction, token: str, account: str, case_id: str, now: datetime) -> None:
    """Somebody who has this session gave the password of this account; what was begun there before is over.

    Raises Conflict when another page of the session does the same at the same time.
    """
    drop(transaction, token)
    row = {"session": digest(token), "account": account, "case_id": case_id, "at": now}
    with unique_or_conflict("a sign-in was begun elsewhere."):
        transaction.connection.execute(insert(sign_ins).values(row))


def find(transaction: Transaction, token: str, now: datetime) -> PendingSignIn | None:
    """The pending sign-in of this session, or None when there is none or it is too old."""
    query = select(sign_ins.c.account, sign_ins.c.case_id).where(
        sign_ins.c.session == digest(token), sign_ins.c.at > now - LASTS
    )
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else PendingSignIn(row.account, row.case_id)


def drop(transaction: Transaction, token: str) -> None:
    """Nothing is begun in this session any more; a code that was not delivered yet is not sent."""
    query = select(sign_ins.c.case_id).where(sign_ins.c.session == digest(token))
    for case_id in list(transaction.connection.execute(query).scalars()):
        transaction.connection.execute(delete(sign_ins).where(sign_ins.c.case_id == case_id))
        cases.erase(transaction, case_id)
