"""Server-side sessions: the cases that a browser holds, who is signed in there, and the idempotency keys of forms.

A session ends after an idle time-out, after twelve hours in all (absolute time-out), or because it was ended. Then it
opens nothing; its row is kept for a day, so that whoever comes back can be told. `rotate` renews the session: against
session fixation it has another token after each sign-in. A form carries an idempotency key, and is taken once.

Flask-Session was weighed: it keeps one bag of values for each browser; here sign-in and cases are columns, by which
sessions are found and ended.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import and_, bindparam, case, delete, insert, or_, select, update

from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict, unique_or_conflict
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.sealing.keys import Keys
from flowrunner.store.tables import cases, form_ids, session_cases, sessions, sign_ins

IDLE = timedelta(minutes=20)
IN_ALL = timedelta(hours=12)
KNOWN_FOR = timedelta(days=1)
# A page that is only looked at writes no more often than this that it was.
SEEN_EVERY = timedelta(minutes=1)


_PRESS = Prepared(insert(form_ids).values({column.name: bindparam(column.name) for column in form_ids.c}).inline())
_PRESSED = {column.name: bindparam(column.name, type_=column.type) for column in form_ids.c}
_PRESS_WITHIN = Prepared(
    insert(form_ids)
    .from_select(
        list(_PRESSED),
        select(*_PRESSED.values()).where(
            select(sessions.c.id)
            .where(
                sessions.c.id == bindparam("session"),
                sessions.c.ended.is_(None),
                sessions.c.account.is_not_distinct_from(bindparam("account")),
            )
            .exists()
        ),
    )
    .inline()
)
_READ = Prepared(
    select(
        sessions.c.created,
        sessions.c.seen,
        sessions.c.idle,
        sessions.c.ended,
        sessions.c.account,
        sessions.c.confirmed,
        session_cases.c.case_id,
    )
    .select_from(sessions)
    .outerjoin(session_cases, and_(session_cases.c.session == sessions.c.id, session_cases.c.flow == bindparam("flow")))
    .where(sessions.c.id == bindparam("session"))
)


class Session(Struct, frozen=True):
    """A row as it is: it may be over. `case_id` is the case of the flow that was asked for; `confirmed` is true when a
    code was asked beside the password of `account`."""

    created: datetime
    seen: datetime
    idle: timedelta = IDLE
    account: str | None = None
    case_id: str | None = None
    ended: datetime | None = None
    confirmed: bool = False

    @property
    def ends(self) -> datetime:
        """When it ends if nothing is done until then."""
        return min(self.seen + self.idle, self.created + IN_ALL)

    def is_over(self, now: datetime) -> bool:
        return self.ended is not None or now >= self.ends

    def is_to_be_seen(self, now: datetime) -> bool:
        """Whether it is time to write that it is used."""
        return now - self.seen >= min(SEEN_EVERY, self.idle / 4)


def digest(token: str) -> str:
    """What is stored of a session token: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def successor(keys: Keys, token: str, form: str) -> str:
    """The token after a session rotation by a form.

    Sending the same form twice gives the same; whoever knows the old token alone, because it was planted or overheard,
    cannot work it out.
    """
    return keys.digest("successor", digest(f"{token}:{form}"))


def load(transaction: Transaction, token: str, flow: str) -> Session | None:
    """The session of this token with the case of this flow that it holds, or None when there is none."""
    row = _READ.one(transaction.connection, {"session": digest(token), "flow": flow})
    if row is None:
        return None
    idle = timedelta(seconds=row.idle)
    return Session(row.created, row.seen, idle, row.account, row.case_id, row.ended, row.confirmed)


def case_of(transaction: Transaction, token: str, flow: str) -> str | None:
    """The id of the case of this flow that the session holds, or None."""
    query = select(session_cases.c.case_id).where(
        session_cases.c.session == digest(token), session_cases.c.flow == flow
    )
    return transaction.connection.execute(query).scalar_one_or_none()


def bind_case(
    transaction: Transaction, token: str, flow: str, case_id: str, now: datetime, idle: timedelta = IDLE
) -> str | None:
    """Let the session hold this case of the flow, and no other of it; the id of the one before comes back.

    The session is begun if there is none yet, and ends after the shortest `idle` of all that it holds. Raises Conflict
    when it has ended, or was begun elsewhere at the same time.
    """
    session = digest(token)
    connection = transaction.connection
    lives = update(sessions).where(sessions.c.id == session, sessions.c.ended.is_(None))
    if connection.execute(lives.values(seen=now, idle=_shorter(idle))).rowcount == 0:
        _begin(transaction, session, now, idle)
    before = case_of(transaction, token, flow)
    binding = update(session_cases).where(session_cases.c.session == session, session_cases.c.flow == flow)
    if connection.execute(binding.values(case_id=case_id)).rowcount == 0:
        connection.execute(insert(session_cases).values(session=session, flow=flow, case_id=case_id))
    return before


def _begin(
    transaction: Transaction,
    session: str,
    now: datetime,
    idle: timedelta,
    account: str | None = None,
    confirmed: bool = False,
) -> None:
    row = {
        "id": session,
        "created": now,
        "seen": now,
        "idle": int(idle.total_seconds()),
        "account": account,
        "confirmed": confirmed,
    }
    with unique_or_conflict("the session has ended, or was begun elsewhere."):
        transaction.connection.execute(insert(sessions).values(row))


def _shorter(idle: timedelta) -> object:
    seconds = int(idle.total_seconds())
    return case((sessions.c.idle > seconds, seconds), else_=sessions.c.idle)


def see(transaction: Transaction, token: str, now: datetime) -> None:
    """The session was used; one that has ended stays so."""
    lives = update(sessions).where(sessions.c.id == digest(token), sessions.c.ended.is_(None))
    transaction.connection.execute(lives.values(seen=now))


def rotate(
    transaction: Transaction,
    old: str,
    new: str,
    account: str | None,
    now: datetime,
    idle: timedelta = IDLE,
    *,
    confirmed: bool = False,
) -> None:
    """Session rotation: the token `new` takes the place of `old`, for this account; cases that are nobody's or its own
    move along.

    Raises Conflict when the new one is there already.
    """
    _begin(transaction, digest(new), now, idle, account, confirmed)
    free = select(cases.c.id).where(or_(cases.c.owner.is_(None), cases.c.owner == account))
    moving = update(session_cases).where(session_cases.c.session == digest(old), session_cases.c.case_id.in_(free))
    transaction.connection.execute(moving.values(session=digest(new)))
    end(transaction, old, now)


def end(transaction: Transaction, token: str, now: datetime) -> None:
    """The session holds nothing any more, and whoever has its token is told that it has ended."""
    _end(transaction, [digest(token)], now)


def end_of_account(transaction: Transaction, account: str, now: datetime, but: str = "") -> None:
    """End every session in which this account is signed in, or about to be; not the one of the token `but`."""
    connection = transaction.connection
    own = select(sessions.c.id).where(
        sessions.c.account == account, sessions.c.ended.is_(None), sessions.c.id != digest(but)
    )
    _end(transaction, list(connection.execute(own).scalars()), now)
    connection.execute(delete(sign_ins).where(sign_ins.c.account == account))


def _end(transaction: Transaction, ids: list[str], now: datetime) -> None:
    connection = transaction.connection
    lives = update(sessions).where(sessions.c.id.in_(ids), sessions.c.ended.is_(None))
    connection.execute(lives.values(ended=now))
    connection.execute(delete(session_cases).where(session_cases.c.session.in_(ids)))


def forget(transaction: Transaction, now: datetime) -> None:
    """Drop sessions of which nobody is to be told any more, and the ids of forms that were sent in such: a form is
    sent after its session began, so it is as old when its session is."""
    before = now - IN_ALL - KNOWN_FOR
    transaction.connection.execute(delete(sessions).where(sessions.c.seen < before))
    transaction.connection.execute(delete(form_ids).where(form_ids.c.at < before))


class FormResult(NamedTuple):
    """What came of a form that was sent before: where it led, or None when it was refused and shown again."""

    redirect: str | None


def result_of_form(transaction: Transaction, token: str, form: str) -> FormResult | None:
    """What came of the form with this idempotency key, or None when it was not sent before."""
    query = select(form_ids.c.redirect).where(form_ids.c.id == form_digest(token, form))
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else FormResult(row.redirect)


def record_form(
    transaction: Transaction, token: str, form: str, redirect: str | None, now: datetime, within: Session | None = None
) -> None:
    """Take the idempotency key of a form, with what came of it. Raises Conflict when it was sent before, or when the
    session is not any more as it was found, `within`."""
    row = {"id": form_digest(token, form), "redirect": redirect, "at": now}
    with unique_or_conflict("the same form was faster."):
        if within is None:
            _PRESS.write(transaction.connection, row)
            return
        parameters = {**row, "session": digest(token), "account": within.account}
        written = 0 if within.is_over(now) else _PRESS_WITHIN.write(transaction.connection, parameters)
    if not written:
        raise Conflict("the session was ended elsewhere.", where="sessions")


def form_digest(token: str, form: str) -> str:
    """What is stored of the idempotency key of a form."""
    return digest(f"{digest(token)}:{form}")
