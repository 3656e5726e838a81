"""Performs effects on our own records, in the transaction of the decision."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.effects.base import AccountRecord, Unique, UniqueKeyTaken
from flowrunner.effects.built_in import EFFECTS
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Work
from flowrunner.model.record import replace
from flowrunner.store import accounts, messages, outbox, sessions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Transaction


class LostRace(FlowrunnerError):
    """Another account has a unique key; `names` are what `World.lost` says of it."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__("another account has this key.", where=", ".join(sorted(names)))
        self.names = names


class Performance(Struct, frozen=True):
    """Our own records, for an effect (`effects.base.Records`): the transaction, the case as it is saved, the browser's
    session token and the time."""

    transaction: Transaction
    case: Case
    token: str
    now: datetime

    def account(self, ident: str | None) -> AccountRow:
        account = accounts.load(self.transaction, ident) if ident else None
        if account is None:
            raise FlowrunnerError("the case has no account.", where=self.case.id)
        return account

    def proved(self, sign_in: str | None) -> AccountRow | None:
        return accounts.by_sign_in(self.transaction, sign_in) if sign_in else None

    def add_account(self, *, sign_in: str, unique: Unique, profile: Mapping[str, Any], **parts: Any) -> None:
        account = AccountRow(os.urandom(16).hex(), str(sign_in), profile=profile, **parts)
        try:
            accounts.add(self.transaction, account, unique, self.now)
        except accounts.KeyTaken as taken:
            raise UniqueKeyTaken(taken.names) from taken

    def change(self, account: AccountRecord, unique: Unique = (), **parts: Any) -> None:
        assert isinstance(account, AccountRow)
        try:
            accounts.save(self.transaction, replace(account, **parts), unique)
        except accounts.KeyTaken as taken:
            raise UniqueKeyTaken(taken.names) from taken

    def end_session(self) -> None:
        sessions.end(self.transaction, self.token, self.now)

    def end_sessions(self, account: str) -> None:
        sessions.end_of_account(self.transaction, account, self.now, but=self.token)

    def message(self, key: str, kind: str, name: str, reads: dict[str, Any], at: datetime) -> None:
        messages.post(self.transaction, self.case, key, name, kind, reads, at)

    def post(self, work: Work) -> None:
        outbox.post(self.transaction, self.case, work, self.now)


def perform(work: Work, performance: Performance) -> None:
    """Do one piece of work. Raises LostRace."""
    try:
        EFFECTS[work.effect].perform(work, performance)
    except UniqueKeyTaken as taken:
        raise LostRace(EFFECTS[work.effect].lost(taken)) from taken
