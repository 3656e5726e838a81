"""Messages and letters in an account: each belongs to a case and is read by whoever owns the case.

So a message of a case that belongs to nobody yet waits, and is there from the moment that somebody signs in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from flowrunner.model.case import Case
from flowrunner.store.cases import case_key, key_of
from flowrunner.store.database import Transaction
from flowrunner.store.engine.prepared import Prepared
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode_values, encode_values
from flowrunner.store.tables import account_messages, cases


class MessageRecord(NamedTuple):
    """One message. `name` is what the flow calls it, `kind` is `account` or `letter`; `read_at` is None while new."""

    id: int
    key: str
    case_id: str
    name: str
    kind: str
    at: datetime
    read_at: datetime | None


_OWN = tuple(account_messages.c[name] for name in MessageRecord._fields)
_WIDTH = len(_OWN)
_LIST = Prepared(
    select(*_OWN, cases.c.flow, cases.c.version, cases.c.reference, cases.c.key, account_messages.c.sealed)
    .join(cases, cases.c.id == account_messages.c.case_id)
    .where(cases.c.owner == bindparam("account"), cases.c.flow == bindparam("of_flow"))
    .order_by(account_messages.c.at.desc(), account_messages.c.id.desc())
    .limit(bindparam("most"))
)


def post(
    transaction: Transaction, case: Case, key: str, name: str, kind: str, reads: dict[str, Any], now: datetime
) -> None:
    """Keep a message with what its words read, once for its key, sealed with the key of its case."""
    duplicates = select(account_messages.c.id).where(account_messages.c.key == key)
    if transaction.connection.execute(duplicates).first() is not None:
        return
    sealed = seal.seal(key_of(transaction, case.id), encode_values(reads), _row(key))
    row = {"key": key, "case_id": case.id, "name": name, "kind": kind, "at": now, "sealed": sealed}
    transaction.connection.execute(insert(account_messages).values(row))


def of_account(transaction: Transaction, account: str, limit: int = 200) -> list[MessageRecord]:
    """The messages of all cases that an account owns, the newest first."""
    newest_first = (account_messages.c.at.desc(), account_messages.c.id.desc())
    rows = transaction.connection.execute(_of(account).order_by(*newest_first).limit(limit))
    return [MessageRecord(*row) for row in rows]


class ListedMessage(NamedTuple):
    """One line of a list: the message, with the flow and the version in which it was said and the number of its case.
    What its words read is sealed still."""

    message: MessageRecord
    flow: str
    version: str
    reference: str | None
    wrapped: bytes
    sealed: bytes

    def unseal(self, transaction: Transaction) -> dict[str, Any]:
        """What the words of the message read. Raises seal.Broken."""
        key = case_key(transaction, self.message.case_id, self.wrapped)
        return decode_values(seal.unseal(key, self.sealed, _row(self.message.key)))


def list_messages(transaction: Transaction, account: str, flow: str, limit: int) -> list[ListedMessage]:
    """The messages of the cases of one flow that an account owns, the newest first, in one statement."""
    rows = _LIST.all(transaction.connection, {"account": account, "of_flow": flow, "most": limit})
    return [ListedMessage(MessageRecord(*row[:_WIDTH]), *row[_WIDTH:]) for row in rows]


def find(transaction: Transaction, account: str, message: int) -> MessageRecord | None:
    """A message of an account; None when there is none, or when it is another's."""
    row = transaction.connection.execute(_of(account).where(account_messages.c.id == message)).one_or_none()
    return None if row is None else MessageRecord(*row)


def count_new(transaction: Transaction, account: str) -> int:
    """How many messages of an account nobody has read."""
    new = _of(account).where(account_messages.c.read_at.is_(None)).subquery()
    return int(transaction.connection.execute(select(func.count()).select_from(new)).scalar_one())


def unseal_message(transaction: Transaction, row: MessageRecord) -> dict[str, Any]:
    """What the words of a message read. Raises seal.Broken."""
    query = select(account_messages.c.sealed).where(account_messages.c.id == row.id)
    sealed = transaction.connection.execute(query).scalar_one()
    return decode_values(seal.unseal(key_of(transaction, row.case_id), sealed, _row(row.key)))


def redact(transaction: Transaction, case_id: str, names: Collection[str]) -> None:
    """Let what the messages of a case read be without these names."""
    query = select(*_OWN, account_messages.c.sealed).where(account_messages.c.case_id == case_id)
    key = key_of(transaction, case_id)
    for row in transaction.connection.execute(query).all():
        record = decode_values(seal.unseal(key, row.sealed, _row(row.key)))
        reads = {name: value for name, value in record["reads"].items() if name not in names}
        sealed = seal.seal(key, encode_values({**record, "reads": reads}), _row(row.key))
        change = update(account_messages).where(account_messages.c.id == row.id).values(sealed=sealed)
        transaction.connection.execute(change)


def mark_read(transaction: Transaction, row: MessageRecord, now: datetime) -> None:
    """It was read now, unless it was before."""
    new = (account_messages.c.id == row.id, account_messages.c.read_at.is_(None))
    transaction.connection.execute(update(account_messages).where(*new).values(read_at=now))


def _of(account: str) -> Any:
    return select(*_OWN).join(cases, cases.c.id == account_messages.c.case_id).where(cases.c.owner == account)


def _row(key: str) -> str:
    return f"account_messages:{key}"
