"""Who opened a page: what their session holds, who is signed in there, and which case of the flow is theirs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flowrunner.model.case import Account, Actor, Case
from flowrunner.model.flow import Flow
from flowrunner.store import accounts, cases, sessions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Transaction
from flowrunner.store.sessions import IDLE, IN_ALL, Session

HOLDER = Actor(holds=True)


@dataclass(frozen=True, slots=True)
class Visitor:
    """`actor` is who acts, `case` the case of the flow that is theirs. `session` is None while nothing is kept for this
    browser; `ended` is true for one whose session is over, so that it can be told."""

    actor: Actor = HOLDER
    case: Case | None = None
    session: Session | None = None
    ended: bool = False

    @property
    def account(self) -> Account | None:
        return self.actor.account


STRANGER = Visitor()


def new_token() -> str:
    """A token that nobody holds yet."""
    return secrets.token_urlsafe(32)


def visit(transaction: Transaction, token: str | None, flow: str, now: datetime, confirms: bool) -> Visitor:
    """Who has this token. Reads the session and the case that it holds in one query.

    Where the flow `confirms` signing in with a code, nobody is signed in who was only asked for a password elsewhere.
    """
    session = sessions.read(transaction, token, flow) if token else None
    if session is None:
        return STRANGER
    if session.is_over(now):
        return Visitor(ended=True)
    actor = HOLDER if confirms and not session.confirmed else _actor(transaction, session)
    return Visitor(actor, _case(transaction, session, actor, flow), session)


def confirms_sign_in(flow: Flow | None) -> bool:
    """Whether this flow asks a code beside the password; of one that is not there any more the stricter is taken."""
    return flow is None or (flow.accounts is not None and flow.accounts.confirm_sign_in is not None)


def still_lives(transaction: Transaction, token: str, who: Visitor, now: datetime) -> bool:
    """Whether the session is still as it was when this visitor was found: nobody began or ended it meanwhile."""
    session = sessions.read(transaction, token, "")
    if session is None or who.session is None:
        return session is who.session
    return not session.is_over(now) and session.account == who.session.account


def _actor(transaction: Transaction, session: Session) -> Actor:
    row = accounts.load(transaction, session.account) if session.account else None
    if row is None or row.closed is not None:
        return HOLDER
    return actor_of(row)


def actor_of(row: AccountRow) -> Actor:
    """Whoever is signed in to this account."""
    return Actor(account_of(row), row.roles, holds=True)


def account_of(row: AccountRow) -> Account:
    """An account as flows read it."""
    return Account(row.id, row.sign_in, row.roles, row.profile)


def _case(transaction: Transaction, session: Session, actor: Actor, flow: str) -> Case | None:
    """The case that the session holds, if it is still its holder's; else the newest open one of the account."""
    held = cases.load(transaction, session.case_id) if session.case_id else None
    if held is not None and actor.is_owner(held):
        return held
    if actor.account is None:
        return None
    own = cases.open_of(transaction, actor.account.id, flow)
    return cases.load(transaction, own) if own else None


def idle_of(flow: Flow) -> timedelta:
    """How long a session may do nothing before it ends, as the flow says it."""
    said = flow.accounts.sign_out_after if flow.accounts is not None else None
    return IDLE if said is None else min(timedelta(seconds=said.seconds), IN_ALL)
