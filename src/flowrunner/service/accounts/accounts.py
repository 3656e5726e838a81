"""Accounts: who is signed in, what is theirs, and what an operator does with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.password import clear_secret
from flowrunner.model.case import Account, Case
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.service.accounts.resume import Resuming
from flowrunner.service.accounts.sign_in import SignIns
from flowrunner.service.cases.cases import Cases
from flowrunner.service.sessions.passwords import Passwords, weakness
from flowrunner.service.sessions.rate_limits import LIMITS, RateLimits
from flowrunner.store import accounts, cases, sessions
from flowrunner.store.accounts import AccountRow, KeyTaken
from flowrunner.store.database import Database, Transaction
from flowrunner.store.throttles import Limit

# For accounts that an operator makes; a flow says for its own what their passwords must be.
LEAST_LENGTH = 12


class Accounts:
    """What the pages of accounts work with."""

    def __init__(self, service: Cases, limits: Mapping[str, tuple[Limit, Limit]] = LIMITS) -> None:
        self._cases = service
        self.throttles = RateLimits(service.database, service.clock, limits)
        self.sign_ins = SignIns(service, self.throttles)
        self.resuming = Resuming(service, self.throttles)

    def account_of(self, token: str | None, flow: Flow) -> Account | None:
        """The account that is signed in in this session as the flow wants it, or None."""
        return self._cases.visitor(token, flow.name).account

    def cases_of(self, account: Account) -> tuple[Case, ...]:
        """The cases that belong to an account, of all flows, the newest first."""
        with self._cases.database.reading() as transaction:
            found = (cases.load(transaction, ident) for ident in cases.of_owner(transaction, account.id))
            return tuple(case for case in found if case is not None)


# --- What an operator does ----------------------------------------------------------------


class NoAccount(FlowrunnerError):
    """Nobody signs in with what was given."""

    def __init__(self) -> None:
        super().__init__("there is no such account.", where="accounts", way_out="Look at the list of accounts.")


class Unfit(FlowrunnerError):
    """A password that nobody should have; `code` is its problem, as pages say it."""

    def __init__(self, code: str) -> None:
        super().__init__(f"this password is refused: {code}.", where="password", way_out="Choose a longer one.")
        self.code = code


class AccountSummary(Struct, frozen=True):
    """An account as an operator sees it: nothing of its profile."""

    sign_in: str
    roles: tuple[str, ...]
    closed: datetime | None


def sign_in_of(flow: Flow, typed: str) -> str:
    """What somebody signs in with, as the flow's own field reads it. Raises FlowrunnerError."""
    if flow.accounts is None:
        raise FlowrunnerError("this flow has no accounts.", where=flow.name)
    field = flow.fields[flow.accounts.sign_in_with]
    read = FIELD_TYPES[field.kind].parse(field, typed, Context((), flow.territory))
    if not isinstance(read.value, str):
        raise FlowrunnerError("this cannot be read.", where=field.name, way_out="Write it as a person would.")
    return read.value


def add_account(
    database: Database, flow: Flow, sign_in: str, roles: Iterable[str], password_hash: str | None, now: datetime
) -> None:
    """Make an account. `sign_in` is what `sign_in_of` gave. Raises store.accounts.Taken."""
    assert flow.accounts is not None
    row = AccountRow(os.urandom(16).hex(), sign_in, frozenset(roles), password=password_hash)
    with database.writing() as transaction:
        if accounts.by_sign_in(transaction, sign_in) is not None:
            raise KeyTaken((flow.accounts.sign_in_with,))
        accounts.add(transaction, row, [((flow.accounts.sign_in_with,), (sign_in,))], now)


def set_password(database: Database, sign_in: str, password_hash: str, now: datetime) -> None:
    """Give an account another password, and end its sessions. Raises NoAccount."""
    with database.writing() as transaction:
        row = _known(transaction, sign_in)
        accounts.save(transaction, replace(row, password=password_hash))
        sessions.end_of_account(transaction, row.id, now)


def close_account(database: Database, sign_in: str, now: datetime) -> None:
    """Let nobody sign in to an account any more, and end its sessions. Raises NoAccount."""
    with database.writing() as transaction:
        row = _known(transaction, sign_in)
        accounts.save(transaction, replace(row, closed=row.closed or now))
        sessions.end_of_account(transaction, row.id, now)


def list_accounts(database: Database) -> tuple[AccountSummary, ...]:
    """All accounts, the oldest first."""
    with database.reading() as transaction:
        rows = accounts.every(transaction)
    return tuple(AccountSummary(row.sign_in, tuple(sorted(row.roles)), row.closed) for row in rows)


def fit_hash(passwords: Passwords, typed: str, sign_in: str) -> str:
    """The hash of a password that an operator chose. Raises Unfit."""
    try:
        clear = clear_secret((typed,))
    except ValueError as error:
        raise Unfit(str(error)) from None
    wrong = "min_length" if len(clear) < LEAST_LENGTH else weakness(clear, (sign_in,))
    if wrong is not None:
        raise Unfit(wrong)
    return passwords.hash(clear)


def _known(transaction: Transaction, sign_in: str) -> AccountRow:
    row = accounts.by_sign_in(transaction, sign_in)
    if row is None:
        raise NoAccount
    return row
