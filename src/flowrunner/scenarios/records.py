"""Accounts in memory: what a scenario has for our own records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Account, Case, Decision, Value, Work
from flowrunner.model.record import replace
from flowrunner.runtime.answers import context_of
from flowrunner.runtime.program import Program


class Records:
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
        for work in decision.work:
            if work.effect == "create_account" and self._is_taken(work.values, None):
                return frozenset({"create_account"})
            if work.effect == "update_account":
                fields = self._is_taken(work.values, work.values["account"])
                if fields:
                    return frozenset({f"update_account:{fields[-1]}"})
        for work in decision.work:
            self._record(work, decision.case)
        return frozenset()

    def _is_taken(self, values: Mapping[str, Any], own: str | None) -> tuple[str, ...]:
        for names, key in values["unique"]:
            for account in self._accounts.values():
                if account.id != own and tuple(account.profile.get(name) for name in names) == key:
                    return tuple(names)
        return ()

    def _record(self, work: Work, case: Case) -> None:
        values = work.values
        if work.effect == "create_account":
            sign_in = str(values["sign_in"])
            accounts = self.program.flow.accounts
            profile = {**values["profile"], **({accounts.sign_in_with: sign_in} if accounts else {})}
            self._accounts[sign_in] = Account(f"account-{sign_in}", sign_in, frozenset(), profile)
        elif work.effect in ("update_account", "grant", "revoke"):
            for sign_in, account in self._accounts.items():
                if account.id == (values["account"] or case.owner):
                    self._accounts[sign_in] = _changed(account, work)


def _changed(account: Account, work: Work) -> Account:
    if work.effect == "update_account":
        return replace(account, profile={**account.profile, **work.values["profile"]})
    role = {work.values["role"]}
    return replace(account, roles=account.roles | role if work.effect == "grant" else account.roles - role)
