"""Reading our own accounts for the sources that ask about them (the connector `accounts`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.model.case import Value
from flowrunner.model.flow import Flow, Source
from flowrunner.store import accounts, cases
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database, Transaction

NOBODY = frozenset({"nobody", "none"})


class AccountReader:
    """Finds an account by one of its unique keys and says its `role`, its `status`, its sign-in and its profile.

    `role` is the last of the contract's values that the account has, for they go from weakest to strongest; an account
    without any of them has the value that is no role of the flow and does not stand for nobody. `status` is what was
    set for the account, in the contract's words, else how its newest case stands: `none`, `open`, `submitted`, or its
    outcome; `states` says which words the contract has for these.
    """

    def __init__(self, database: Database, flow: Flow, source: Source, states: Mapping[str, str]) -> None:
        self._database = database
        self._flow = flow
        self._roles = source.gives["role"].values if "role" in source.gives else ()
        self._states = states

    def find_account(self, criteria: Mapping[str, Value]) -> Mapping[str, Any] | None:
        """What is known of the account, or None when nobody has the key."""
        with self._database.reading() as transaction:
            account = accounts.find(transaction, tuple(criteria), tuple(criteria.values()))
            return None if account is None else self._values(transaction, account)

    def _values(self, transaction: Transaction, account: AccountRow) -> Mapping[str, Any]:
        status = account.status or self._status(transaction, account)
        values = {**account.profile, "role": self._role(account), "status": status}
        if self._flow.accounts is not None:
            values[self._flow.accounts.sign_in_with] = account.sign_in
        return values

    def _role(self, account: AccountRow) -> str | None:
        roles = [role for role in self._roles if role in account.roles]
        if roles:
            return roles[-1]
        return next((role for role in self._roles if role not in NOBODY and role not in self._flow.roles), None)

    def _status(self, transaction: Transaction, account: AccountRow) -> str:
        state = self._state(transaction, account)
        return self._states.get(state, state)

    def _state(self, transaction: Transaction, account: AccountRow) -> str:
        newest = cases.newest_of(transaction, account.id, self._flow.name)
        if newest is None:
            return "none"
        if newest.ended:
            return newest.outcome or "none"
        return "submitted" if newest.reference else "open"
