"""Accounts: signing in, finding a case again, and what an operator does."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.password import clear_secret
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.service.accounts.resume import Resuming
from flowrunner.service.accounts.sign_in import SignIns
from flowrunner.service.cases.attempt import Where
from flowrunner.service.context import ServiceContext
from flowrunner.service.sessions.passwords import Passwords, weakness
from flowrunner.service.sessions.rate_limits import RateLimits
from flowrunner.store import accounts, sessions
from flowrunner.store.accounts import AccountRow, KeyTaken
from flowrunner.store.database import Transaction

__all__ = ["Accounts", "KeyTaken"]

# For accounts that an operator makes; a flow says for its own what their passwords must be.
LEAST_LENGTH = 12


class Accounts:
    """What the pages of accounts work with."""

    def __init__(self, context: ServiceContext, where: Where) -> None:
        self.throttles = RateLimits(context.database, context.clock)
        self.sign_ins = SignIns(context, self.throttles)
        self.resuming = Resuming(context, self.throttles, where)


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
    context: ServiceContext, flow: Flow, sign_in: str, roles: Iterable[str], password_hash: str | None
) -> None:
    """Make an account. `sign_in` is what `sign_in_of` gave. Raises KeyTaken."""
    assert flow.accounts is not None
    row = AccountRow(os.urandom(16).hex(), sign_in, frozenset(roles), password=password_hash)
    with context.database.writing() as transaction:
        if accounts.by_sign_in(transaction, sign_in) is not None:
            raise KeyTaken((flow.accounts.sign_in_with,))
        accounts.add(transaction, row, [((flow.accounts.sign_in_with,), (sign_in,))], context.clock())


def set_password(context: ServiceContext, sign_in: str, password_hash: str) -> None:
    """Give an account another password, and end its sessions. Raises NoAccount."""
    with context.database.writing() as transaction:
        row = _known(transaction, sign_in)
        accounts.save(transaction, replace(row, password=password_hash))
        sessions.end_of_account(transaction, row.id, context.clock())


def close_account(context: ServiceContext, sign_in: str) -> None:
    """Let nobody sign in to an account any more, and end its sessions. Raises NoAccount."""
    with context.database.writing() as transaction:
        row = _known(transaction, sign_in)
        accounts.save(transaction, replace(row, closed=row.closed or context.clock()))
        sessions.end_of_account(transaction, row.id, context.clock())


def list_accounts(context: ServiceContext) -> tuple[AccountSummary, ...]:
    """All accounts, the oldest first."""
    with context.database.reading() as transaction:
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
