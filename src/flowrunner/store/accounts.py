"""Rows of accounts, sealed (encrypted) each with its own data key, under an optimistic lock by revision.

They are found by keyed digests (HMAC, a blind index), which also make them unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from flowrunner.errors import FlowrunnerError
from flowrunner.model.record import replace
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict, is_taken
from flowrunner.store.erasure import WITH_ITS_ACCOUNT
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode_values, encode_values
from flowrunner.store.tables import account_keys, accounts, cases

# The names of the answers that make a key, and the answers.
Key = tuple[tuple[str, ...], tuple[object, ...]]


# Made once: what SQLAlchemy works out of a statement stays with it.
_LOAD = select(accounts).where(accounts.c.id == bindparam("of"))


class KeyTaken(FlowrunnerError):
    """Another account has this key; `names` are those of its answers."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("another account has this key.", where=", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it is stored. `password` is a hash; `status` is set by staff or by a sample row; nobody can sign in
    to one that is `closed`. `erase_at` is when it goes unless it owns a case; None: never by time."""

    id: str
    sign_in: str
    roles: frozenset[str] = frozenset()
    status: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    password: str | None = field(default=None, repr=False)
    language: str | None = None
    revision: int = 0
    closed: datetime | None = None
    erase_at: datetime | None = None


def add(transaction: Transaction, account: AccountRow, keys: Iterable[Key], now: datetime) -> None:
    """Store a new account with its unique keys. Raises KeyTaken; the transaction is then to be rolled back."""
    key = seal.new_key()
    row = {
        "id": account.id,
        "created": now,
        "key": seal.wrap(transaction.keys, key, _row(account.id)),
        **_columns(transaction, account, key),
    }
    try:
        transaction.connection.execute(insert(accounts).values(row))
    except IntegrityError as error:
        raise _taken(error, ("sign_in",)) from None
    for each in keys:
        _bind(transaction, account.id, each)


def save(transaction: Transaction, account: AccountRow, keys: Iterable[Key] = ()) -> None:
    """Replace an account if its revision is still that which was loaded (optimistic lock); each of `keys` takes the
    place of its key of these names. Raises KeyTaken, Conflict."""
    key_query = select(accounts.c.key).where(accounts.c.id == account.id)
    wrapped = transaction.connection.execute(key_query).scalar_one()
    changed = replace(account, revision=account.revision + 1)
    columns = _columns(transaction, changed, seal.unwrap(transaction.keys, wrapped, _row(account.id)))
    change = update(accounts).where(accounts.c.id == account.id, accounts.c.revision == account.revision)
    if transaction.connection.execute(change.values(columns)).rowcount != 1:
        raise Conflict("another change of the account was faster.", where="accounts", way_out="Try again.")
    for each in keys:
        free(transaction, account.id, each[0])
        _bind(transaction, account.id, each)


def free(transaction: Transaction, account: str, names: tuple[str, ...]) -> None:
    """Let another account have this account's key of these names."""
    transaction.connection.execute(
        delete(account_keys).where(account_keys.c.account == account, account_keys.c.names == _names(names))
    )


def keep_until(transaction: Transaction, account: str, moment: datetime) -> None:
    """It was used: it is kept until then at least, unless time never erases it."""
    later = update(accounts).where(accounts.c.id == account, accounts.c.erase_at < moment)
    transaction.connection.execute(later.values(erase_at=moment))


def to_erase(transaction: Transaction, now: datetime, limit: int = 100) -> list[str]:
    """The ids of accounts whose time is over and that own no case, the longest over first."""
    query = select(accounts.c.id).where(*_over(now)).order_by(accounts.c.erase_at, accounts.c.id).limit(limit)
    return list(transaction.connection.execute(query).scalars())


def is_to_erase(transaction: Transaction, account: str, now: datetime) -> bool:
    """Whether its time is over still, now that nobody else can change it."""
    query = select(accounts.c.id).where(accounts.c.id == account, *_over(now)).with_for_update()
    return transaction.connection.execute(query).first() is not None


def _over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return accounts.c.erase_at <= now, ~exists().where(cases.c.owner == accounts.c.id)


def erase(transaction: Transaction, account: str) -> None:
    """Destroy the account with its key, and every row that belongs to it."""
    for table in WITH_ITS_ACCOUNT:
        transaction.connection.execute(delete(table).where(table.c.account == account))
    transaction.connection.execute(delete(accounts).where(accounts.c.id == account))


def load(transaction: Transaction, account: str) -> AccountRow | None:
    """The account with this id, or None."""
    row = transaction.connection.execute(_LOAD, {"of": account}).one_or_none()
    return None if row is None else _of_row(transaction, row)


def by_sign_in(transaction: Transaction, sign_in: str) -> AccountRow | None:
    """The account that signs in so, or None."""
    query = select(accounts).where(accounts.c.sign_in == transaction.keys.digest("sign_in", sign_in))
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _of_row(transaction, row)


def every(transaction: Transaction) -> list[AccountRow]:
    """All accounts, the oldest first."""
    rows = transaction.connection.execute(select(accounts).order_by(accounts.c.created, accounts.c.id))
    return [_of_row(transaction, row) for row in rows]


READ = ("id", "key", "sealed", "roles", "status", "revision", "closed")


def of_joined_row(transaction: Transaction, row: Any) -> AccountRow:
    """The account of a row in which its columns `READ` are called `account_…`. Raises seal.Broken."""
    return _read(
        transaction,
        row.account_id,
        row.account_key,
        row.account_sealed,
        roles=row.account_roles,
        status=row.account_status,
        revision=row.account_revision,
        closed=row.account_closed,
    )


def _of_row(transaction: Transaction, row: Row[Any]) -> AccountRow:
    plain = {"status": row.status, "revision": row.revision, "closed": row.closed, "erase_at": row.erase_at}
    return _read(transaction, row.id, row.key, row.sealed, roles=row.roles, **plain)


def _read(
    transaction: Transaction, ident: str, wrapped: bytes, sealed: bytes, *, roles: str, **plain: Any
) -> AccountRow:
    key = seal.unwrap(transaction.keys, wrapped, _row(ident))
    values = decode_values(seal.unseal(key, sealed, _row(ident)))
    return AccountRow(
        id=ident,
        sign_in=values["sign_in"],
        roles=frozenset(roles.split()),
        profile=values["profile"],
        password=values["password"],
        language=values["language"],
        **plain,
    )


def find(transaction: Transaction, names: tuple[str, ...], values: tuple[object, ...]) -> AccountRow | None:
    """The account that has this unique key, or None."""
    query = select(account_keys.c.account).where(account_keys.c.digest == _digest(transaction, names, values))
    account = transaction.connection.execute(query).scalar_one_or_none()
    return load(transaction, account) if account is not None else None


def _bind(transaction: Transaction, account: str, key: Key) -> None:
    names, values = key
    row = {"digest": _digest(transaction, names, values), "account": account, "names": _names(names)}
    try:
        transaction.connection.execute(insert(account_keys).values(row))
    except IntegrityError as error:
        raise _taken(error, names) from None


def _taken(error: IntegrityError, names: tuple[str, ...]) -> Exception:
    return KeyTaken(names) if is_taken(error) else error


def _columns(transaction: Transaction, account: AccountRow, key: bytes) -> dict[str, Any]:
    values = {
        "sign_in": account.sign_in,
        "profile": account.profile,
        "password": account.password,
        "language": account.language,
    }
    return {
        "sign_in": transaction.keys.digest("sign_in", account.sign_in),
        "roles": " ".join(sorted(account.roles)),
        "status": account.status,
        "closed": account.closed,
        "erase_at": account.erase_at,
        "revision": account.revision,
        "sealed": seal.seal(key, encode_values(values), _row(account.id)),
    }


def _digest(transaction: Transaction, names: tuple[str, ...], values: tuple[object, ...]) -> str:
    pairs = sorted(zip(names, values, strict=True), key=lambda pair: pair[0])
    return transaction.keys.digest("account", [name for name, _ in pairs], [value for _, value in pairs])


def _names(names: tuple[str, ...]) -> str:
    return " ".join(sorted(names))


def _row(account: str) -> str:
    return f"accounts:{account}"
