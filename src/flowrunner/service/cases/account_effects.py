"""Performers: the part of an effect that touches our own records, done in the transaction of the decision.

An effect that is not here leaves the house: it goes to the outbox, which delivers it at least once, by its key.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Work
from flowrunner.model.record import replace
from flowrunner.store import accounts, messages, outbox, sessions
from flowrunner.store.accounts import AccountRow, KeyTaken
from flowrunner.store.database import Transaction


class LostRace(FlowrunnerError):
    """Another account has a unique key; `names` are what `World.lost` says of it."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__("another account has this key.", where=", ".join(sorted(names)))
        self.names = names


class Performance(Struct, frozen=True):
    """The transaction, the case as it is saved, the browser's session token and the time."""

    transaction: Transaction
    case: Case
    token: str
    now: datetime


def perform(work: Work, performance: Performance) -> None:
    """Do one piece of work. Raises LostRace."""
    performer = PERFORMERS.get(work.effect)
    if performer is None:
        outbox.post(performance.transaction, performance.case, work, performance.now)
    else:
        performer(work, performance)


def _send(work: Work, on: Performance) -> None:
    """Messages and letters are our own records and are there with the decision; only e-mail leaves."""
    said = work.values
    for kind in said["by"]:
        if kind == "email":
            outbox.post(on.transaction, on.case, work, on.now)
        else:
            reads = {name: said[name] for name in ("reads", "records", "code", "at")}
            messages.post(on.transaction, on.case, f"{work.key}:{kind}", said["message"], kind, reads, said["at"])


def _create_account(work: Work, on: Performance) -> None:
    said = work.values
    account = AccountRow(
        id=os.urandom(16).hex(),
        sign_in=str(said["sign_in"]),
        profile=said["profile"],
        password=said["password"],
        language=said["language"],
        erase_at=said["erase_at"],
    )
    try:
        accounts.add(on.transaction, account, said["unique"], on.now)
    except KeyTaken as taken:
        raise LostRace(frozenset({work.effect})) from taken


def _update_account(work: Work, on: Performance) -> None:
    account = _account(work, on)
    changed = replace(account, profile={**account.profile, **work.values["profile"]})
    try:
        accounts.save(on.transaction, changed, work.values["unique"])
    except KeyTaken as taken:
        raise LostRace(frozenset(f"{work.effect}:{name}" for name in taken.names)) from taken


def _set_password(work: Work, on: Performance) -> None:
    """Where the address that was proved is nobody's, nothing happens: the page must not tell."""
    account = _proved(work, on) if work.values.get("sign_in") else _account(work, on)
    if account is not None:
        accounts.save(on.transaction, replace(account, password=work.values["password"]))


def _grant(work: Work, on: Performance) -> None:
    account = _account(work, on)
    # Time erases nobody of the staff.
    erase_at = None if work.values["staff"] else account.erase_at
    accounts.save(on.transaction, replace(account, roles=account.roles | {work.values["role"]}, erase_at=erase_at))


def _revoke(work: Work, on: Performance) -> None:
    account = _account(work, on)
    accounts.save(on.transaction, replace(account, roles=account.roles - {work.values["role"]}))


def _sign_out(work: Work, on: Performance) -> None:
    sessions.end(on.transaction, on.token, on.now)


def _end_sessions(work: Work, on: Performance) -> None:
    """The session in which it is asked goes on under another token (`renewal`)."""
    proved = _proved(work, on) if work.values.get("sign_in") else None
    account = proved.id if proved is not None else work.values["account"]
    if account is not None:
        sessions.end_of_account(on.transaction, account, on.now, but=on.token)


def _nothing(work: Work, on: Performance) -> None:
    """The row of the case says it already."""


def _proved(work: Work, on: Performance) -> AccountRow | None:
    return accounts.by_sign_in(on.transaction, work.values["sign_in"])


def _account(work: Work, on: Performance) -> AccountRow:
    wanted = work.values["account"]
    account = accounts.load(on.transaction, wanted) if wanted else None
    if account is None:
        raise FlowrunnerError("the case has no account.", where=work.effect)
    return account


PERFORMERS: Mapping[str, Callable[[Work, Performance], None]] = {
    "send": _send,
    "create_account": _create_account,
    "update_account": _update_account,
    "set_password": _set_password,
    "grant": _grant,
    "revoke": _revoke,
    "sign_out": _sign_out,
    "end_sessions": _end_sessions,
    "submit": _nothing,
}
