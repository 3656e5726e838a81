"""When a page gives the browser another token: whoever had the old one, by whatever way, has nothing any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.case import Work
from flowrunner.model.flow import Flow
from flowrunner.service.sessions.visitor import Visitor, idle_of, new_token
from flowrunner.store import sessions
from flowrunner.store.database import Transaction


def renew(
    transaction: Transaction, flow: Flow, token: str, form: str, who: Visitor, done: Iterable[Work], now: datetime
) -> str | None:
    """The token to hold after what was done: another one once an account was made, its sessions ended, or it was signed
    out of; else None."""
    fates = {EFFECTS[work.effect].session for work in done}
    if "ended" in fates:
        return new_token()
    account = who.session.account if who.session is not None else None
    if "renewed" not in fates and ("renewed_if_signed_in" not in fates or account is None):
        return None
    follows = sessions.successor(transaction.keys, token, form)
    confirmed = who.session is not None and who.session.confirmed
    sessions.rotate(transaction, token, follows, account, now, idle_of(flow), confirmed=confirmed)
    return follows


def renewed(transaction: Transaction, token: str, form: str, now: datetime) -> str | None:
    """The token that took the place of this one when this form was sent before, or None."""
    follows = sessions.successor(transaction.keys, token, form)
    session = sessions.load(transaction, follows, "")
    return None if session is None or session.is_over(now) else follows
