"""Accounts in memory: what a scenario has for our own records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.effects.base import AccountRecord, Unique, UniqueKeyTaken
from flowrunner.effects.built_in import EFFECTS
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Account, Case, Decision, Value, Work
from flowrunner.model.record import replace
from flowrunner.runtime.answers import context_of
from flowrunner.runtime.program import Program


class ScenarioAccounts:
    """The accounts that exist, by what they sign in with. Performs the effects that touch them."""

    def __init__(self, program: Program, accounts: Iterable[Mapping[str, Any]]) -> None:
        self.program = program
        self._accounts: dict[str, Account] = {}
        for number, data in enumerate(accounts):
            self._open(number, data)

    def account(self, sign_in: str | None) -> Account | None:
        """The account that signs in so."""
        return self._accounts.get(sign_in) if sign_in else None

    def by_id(self, ident: str | None) -> Account | None:
        return next((account for account in self._accounts.values() if account.id == ident), None)

    def _open(self, number: int, data: Mapping[str, Any]) -> None:
        accounts = self.program.flow.accounts
        sign_in = str(data.get(accounts.sign_in_with if accounts else "email", ""))
        fields = self.program.flow.fields
        profile = {name: self._value_of(name, value) for name, value in data.items() if name in fields}
        self._accounts[sign_in] = Account(f"account-{number}", sign_in, frozenset(data.get("roles", ())), profile)

    def _value_of(self, name: str, data: Any) -> Value:
        field = self.program.flow.fields[name]
        return FIELD_TYPES[field.kind].parse(field, data, context_of(self.program, field, {})).value

    def perform(self, decision: Decision) -> frozenset[str]:
        """Perform all of a decision, or nothing and the effects that lost a race (`World.lost`)."""
        before = dict(self._accounts)
        for work in decision.work:
            try:
                EFFECTS[work.effect].perform(work, _Accounts(self.program, decision.case, self._accounts))
            except UniqueKeyTaken as taken:
                self._accounts = before
                return EFFECTS[work.effect].lost(taken)
        return frozenset()


class _Accounts(Struct, frozen=True):
    """The accounts as an effect knows them (`effects.base.Records`): who has no account changes nothing."""

    program: Program
    case: Case
    by_sign_in: dict[str, Account]

    def account(self, ident: str | None) -> Account:
        accounts = self.by_sign_in.values()
        return next((account for account in accounts if account.id == (ident or self.case.owner)), Account("", ""))

    def proved(self, sign_in: str | None) -> Account | None:
        return self.by_sign_in.get(sign_in or "")

    def add_account(self, *, sign_in: str, unique: Unique, profile: Mapping[str, Any], **parts: Any) -> None:
        self._check(unique, None)
        accounts = self.program.flow.accounts
        whole = {**profile, **({accounts.sign_in_with: str(sign_in)} if accounts else {})}
        self.by_sign_in[str(sign_in)] = Account(f"account-{sign_in}", str(sign_in), frozenset(), whole)

    def change(self, account: AccountRecord, unique: Unique = (), **parts: Any) -> None:
        self._check(unique, account.id)
        shown = {name: value for name, value in parts.items() if name in ("roles", "profile")}
        for sign_in, one in self.by_sign_in.items():
            if one.id == account.id:
                self.by_sign_in[sign_in] = replace(one, **shown)

    def end_session(self) -> None:
        """The player sees to it."""

    def end_sessions(self, account: str) -> None:
        """There is no other."""

    def message(self, key: str, kind: str, name: str, reads: dict[str, Any], at: datetime) -> None:
        """The work itself says what was sent."""

    def post(self, work: Work) -> None:
        """The same."""

    def _check(self, unique: Unique, own: str | None) -> None:
        for names, key in unique:
            for account in self.by_sign_in.values():
                if account.id != own and tuple(account.profile.get(name) for name in names) == key:
                    raise UniqueKeyTaken(names[-1:])
