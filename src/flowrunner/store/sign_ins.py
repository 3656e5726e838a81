"""Who gave a right password in which session, and has still to enter the code that was sent."""

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


class Begun(NamedTuple):
    """The account, and the case that holds the state of the code."""

    account: str
    case_id: str


def begin(transaction: Transaction, token: str, account: str, case_id: str, now: datetime) -> None:
    """Somebody who has this session gave the password of this account; what was begun there before is over.

    Raises Lost when another page of the session does the same at the same time.
    """
    end(transaction, token)
    row = {"session": digest(token), "account": account, "case_id": case_id, "at": now}
    with unique_or_conflict("a sign-in was begun elsewhere."):
        transaction.connection.execute(insert(sign_ins).values(row))


def find(transaction: Transaction, token: str, now: datetime) -> Begun | None:
    """What was begun in this session, or None when nothing was, or too long ago."""
    wanted = select(sign_ins.c.account, sign_ins.c.case_id).where(
        sign_ins.c.session == digest(token), sign_ins.c.at > now - LASTS
    )
    row = transaction.connection.execute(wanted).one_or_none()
    return None if row is None else Begun(row.account, row.case_id)


def end(transaction: Transaction, token: str) -> None:
    """Nothing is begun in this session any more; a code that was not delivered yet is not sent."""
    wanted = select(sign_ins.c.case_id).where(sign_ins.c.session == digest(token))
    for case_id in list(transaction.connection.execute(wanted).scalars()):
        transaction.connection.execute(delete(sign_ins).where(sign_ins.c.case_id == case_id))
        cases.erase(transaction, case_id)
