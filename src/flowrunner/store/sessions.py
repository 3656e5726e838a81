"""Sessions: which browser holds which case of each flow, and the one-time ids of forms."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from flowrunner.store.database import Transaction
from flowrunner.store.failures import once
from flowrunner.store.tables import form_ids, session_cases, sessions


def digest(token: str) -> str:
    """What is stored of a token that a browser holds."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def case_of(transaction: Transaction, token: str, flow: str) -> str | None:
    """The id of the case of this flow that the session holds, or None."""
    wanted = select(session_cases.c.case_id).where(
        session_cases.c.session == digest(token), session_cases.c.flow == flow
    )
    return transaction.connection.execute(wanted).scalar_one_or_none()


def bind(transaction: Transaction, token: str, flow: str, case_id: str, now: datetime) -> str | None:
    """Let the session hold this case of the flow, and no other of it; the id of the one before comes back.

    Whoever binds at the same time waits at the row of the session, and is then told of this case. Raises Lost.
    """
    session = digest(token)
    connection = transaction.connection
    if connection.execute(update(sessions).where(sessions.c.id == session).values(seen=now)).rowcount == 0:
        with once("the session was begun elsewhere."):
            connection.execute(insert(sessions).values(id=session, created=now, seen=now))
    before = case_of(transaction, token, flow)
    held = update(session_cases).where(session_cases.c.session == session, session_cases.c.flow == flow)
    if connection.execute(held.values(case_id=case_id)).rowcount == 0:
        connection.execute(insert(session_cases).values(session=session, flow=flow, case_id=case_id))
    return before


def end(transaction: Transaction, token: str) -> None:
    """The session holds nothing any more."""
    transaction.connection.execute(delete(sessions).where(sessions.c.id == digest(token)))


def end_of_account(transaction: Transaction, account: str) -> None:
    """End every session in which this account is signed in."""
    transaction.connection.execute(delete(sessions).where(sessions.c.account == account))


def forget(transaction: Transaction, before: datetime) -> None:
    """Drop sessions that were not seen since, and form ids of that age."""
    transaction.connection.execute(delete(sessions).where(sessions.c.seen < before))
    transaction.connection.execute(delete(form_ids).where(form_ids.c.at < before))


class Pressed(NamedTuple):
    """A form that was sent before: where it led, or None when it was refused and shown again."""

    redirect: str | None


def pressed(transaction: Transaction, token: str, form: str) -> Pressed | None:
    """What came of this form, or None when it was not sent before."""
    wanted = select(form_ids.c.redirect).where(form_ids.c.id == _form(token, form))
    row = transaction.connection.execute(wanted).one_or_none()
    return None if row is None else Pressed(row.redirect)


def press(transaction: Transaction, token: str, form: str, redirect: str | None, now: datetime) -> None:
    """Remember what came of this form. Raises Lost when it was sent before."""
    with once("the same form was faster."):
        transaction.connection.execute(insert(form_ids).values(id=_form(token, form), redirect=redirect, at=now))


def _form(token: str, form: str) -> str:
    return digest(f"{digest(token)}:{form}")
