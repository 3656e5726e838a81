"""Who opened a page: what their session holds, who is signed in there, and which case of the flow is theirs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from flowrunner.model.case import Account, Actor, Case
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.store import cases, sessions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database, Transaction
from flowrunner.store.request_state import RequestState, read_request_state
from flowrunner.store.sessions import IDLE, IN_ALL, FormResult, Session
from flowrunner.store.unsubmitted import Unsubmitted

HOLDER = Actor(holds=True)


class ExpiredSession(Struct, frozen=True):
    """What somebody left behind when their session ran out: it opens nothing, but what they send is kept with it."""

    case: Case
    actor: Actor


@dataclass(frozen=True)
class Visitor:
    """`actor` is who acts, `case` the case of the flow that is theirs. `session` is None while nothing is kept for this
    browser; `ended` is true for one whose session is over, so that it can be told. `key` is the data key of the case,
    `searched` what its row is found by, `typed` what is kept of the page that was asked for, `form_result` what came of
    the form when it was sent before. `was` is who was signed in to a session that ran out, `expired` what it left."""

    actor: Actor = HOLDER
    case: Case | None = None
    session: Session | None = None
    ended: bool = False
    key: bytes = field(default=b"", repr=False)
    searched: Mapping[str, Any] = field(default_factory=dict, repr=False)
    typed: Unsubmitted | None = None
    form_result: FormResult | None = None
    expired: ExpiredSession | None = None
    was: Account | None = None

    @property
    def account(self) -> Account | None:
        return self.actor.account


STRANGER = Visitor()


def new_token() -> str:
    """A token that nobody holds yet."""
    return secrets.token_urlsafe(32)


def visit(
    transaction: Transaction, token: str, flow: str, now: datetime, confirms: bool, step: str = "", form: str = ""
) -> Visitor:
    """Who has this token. All that the session holds is read in one query.

    Where the flow `confirms` signing in with a code, nobody is signed in who was only asked for a password elsewhere.
    """
    state = read_request_state(transaction, token, flow, step, form)
    if state is None:
        return STRANGER
    actor = HOLDER if confirms and not state.session.confirmed else _actor(state)
    if state.session.is_over(now):
        was = actor.account if state.session.ended is None else None
        return Visitor(ended=True, form_result=state.form_result, expired=_expired(state), was=was)
    if state.case is not None and actor.is_owner(state.case):
        return Visitor(
            actor,
            state.case,
            state.session,
            key=state.key,
            searched=state.searched,
            typed=state.typed,
            form_result=state.form_result,
        )
    return Visitor(actor, _own_case(transaction, actor, flow), state.session, form_result=state.form_result)


def seen(database: Database, token: str, who: Visitor, now: datetime) -> Visitor:
    """Write, once a minute, that the session is used."""
    if who.session is None or not who.session.is_to_be_seen(now):
        return who
    with database.writing() as transaction:
        sessions.see(transaction, token, now)
    return replace(who, session=replace(who.session, seen=now))


def _expired(state: RequestState) -> ExpiredSession | None:
    """Of a session that ran out, and was not ended by anybody."""
    if state.case is None or state.session.ended is not None:
        return None
    actor = _actor(state)
    return ExpiredSession(state.case, actor) if actor.is_owner(state.case) else None


def confirms_sign_in(flow: Flow | None) -> bool:
    """Whether this flow asks a code beside the password; of one that is not there any more the stricter is taken."""
    return flow is None or (flow.accounts is not None and flow.accounts.confirm_sign_in is not None)


def still_lives(transaction: Transaction, token: str, who: Visitor, now: datetime) -> bool:
    """Whether the session is still as it was when this visitor was found: nobody began or ended it meanwhile."""
    session = sessions.load(transaction, token, "")
    if session is None or who.session is None:
        return session is who.session
    return not session.is_over(now) and session.account == who.session.account


def _actor(state: RequestState) -> Actor:
    """Who is signed in; nobody can be to an account that is closed."""
    row = state.account
    return HOLDER if row is None or row.closed is not None else actor_of(row)


def actor_of(row: AccountRow) -> Actor:
    """Whoever is signed in to this account."""
    return Actor(account_of(row), row.roles, holds=True)


def account_of(row: AccountRow) -> Account:
    """An account as flows read it."""
    return Account(row.id, row.sign_in, row.roles, row.profile)


def _own_case(transaction: Transaction, actor: Actor, flow: str) -> Case | None:
    """The newest open case of the account, when the session holds none that is its own; none of no flow ("")."""
    if actor.account is None or not flow:
        return None
    own = cases.open_of(transaction, actor.account.id, flow)
    return cases.load(transaction, own) if own else None


def idle_of(flow: Flow) -> timedelta:
    """How long a session may do nothing before it ends, as the flow says it."""
    duration = flow.accounts.sign_out_after if flow.accounts is not None else None
    return IDLE if duration is None else min(timedelta(seconds=duration.seconds), IN_ALL)
