"""Rows of uploads: which file belongs to which question of which case, and the key that opens its content.

A row stands before the content does, so that whatever is left behind is known and swept. What the person knows of it
(its name, kind and size) is sealed with the file's own key; without the row, the content is noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Row, delete, func, insert, select, update

from flowrunner.model.case import FileRef
from flowrunner.store.database import Transaction
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode_values, encode_values
from flowrunner.store.tables import uploads

State: TypeAlias = Literal["coming", "kept", "removed", "erased"]


class Question(Struct, frozen=True):
    """What a file answers: a field of a step of a case, in one round of it."""

    case: str
    step: str
    field: str
    round: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came. `stored` is its name in the store of files; `key` opens its content."""

    file: FileRef
    question: Question
    stored: str
    key: bytes = field(repr=False)
    state: State = "kept"


def add(transaction: Transaction, upload: Upload, now: datetime, sweep_at: datetime) -> None:
    """Say that a file is coming."""
    file, question = upload.file, upload.question
    row = {
        "id": file.id,
        "case_id": question.case,
        "step": question.step,
        "field": question.field,
        "round": question.round,
        "state": "coming",
        "created": now,
        "sweep_at": sweep_at,
        "stored": upload.stored,
        "key": seal.wrap(transaction.keys, upload.key, _row(file.id)),
        "sealed": seal.seal(upload.key, encode_values({"file": file}), _row(file.id)),
    }
    transaction.connection.execute(insert(uploads).values(row))


def keep(transaction: Transaction, upload_id: str, most: int) -> bool:
    """The file has come: keep it, unless its question has `most` files by now or the case was erased meanwhile."""
    row = transaction.connection.execute(select(uploads).where(uploads.c.id == upload_id)).one_or_none()
    if row is None or row.state != "coming":
        return False
    same = _of(Question(row.case_id, row.step, row.field, row.round))
    # Two that come at once are counted one after the other (SQLite has only one writer anyhow).
    transaction.connection.execute(select(uploads.c.id).where(*same).order_by(uploads.c.id).with_for_update()).all()
    count = select(func.count()).select_from(uploads).where(*same, uploads.c.state == "kept")
    if transaction.connection.execute(count).scalar_one() >= most:
        return False
    _set(transaction, upload_id, state="kept")
    return True


def remove(transaction: Transaction, upload_id: str, sweep_at: datetime) -> None:
    """Take a file away from its question; its content stays until it is swept."""
    _set(transaction, upload_id, state="removed", sweep_at=sweep_at)


def spare(transaction: Transaction, upload_id: str, sweep_at: datetime | None) -> None:
    """Sweep it not before; None: never, for its case holds it."""
    _set(transaction, upload_id, sweep_at=sweep_at)


def touch(transaction: Transaction, case: str, step: str, sweep_at: datetime) -> None:
    """Sweep the files that wait in a step not before."""
    waiting = (uploads.c.case_id == case, uploads.c.step == step, uploads.c.sweep_at < sweep_at)
    transaction.connection.execute(update(uploads).where(*waiting).values(sweep_at=sweep_at))


def load(transaction: Transaction, upload_id: str) -> Upload | None:
    """A file that was kept, removed ones among them; None when there is none of this id any more."""
    query = select(uploads).where(uploads.c.id == upload_id, uploads.c.state.in_(("kept", "removed")))
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _upload(transaction, row)


def of_step(transaction: Transaction, case: str, step: str, round: int) -> tuple[Upload, ...]:
    """The files of a step, in the order in which they came, removed ones among them."""
    query = (
        select(uploads)
        .where(uploads.c.case_id == case, uploads.c.step == step, uploads.c.round == round)
        .where(uploads.c.state.in_(("kept", "removed")))
        .order_by(uploads.c.created, uploads.c.id)
    )
    return tuple(_upload(transaction, row) for row in transaction.connection.execute(query))


class SweepableFile(Struct, frozen=True):
    """An uploaded file that garbage collection takes unless its case holds it."""

    id: str
    case: str
    stored: str
    state: State


def to_sweep(transaction: Transaction, now: datetime, limit: int = 100) -> list[SweepableFile]:
    """Files that garbage collection takes, the oldest first."""
    query = select(uploads).where(uploads.c.sweep_at <= now).order_by(uploads.c.sweep_at, uploads.c.id).limit(limit)
    return [SweepableFile(row.id, row.case_id, row.stored, row.state) for row in transaction.connection.execute(query)]


def erase(transaction: Transaction, upload_id: str, now: datetime) -> None:
    """Destroy the key of a file and all that is known of it; what is left is its name in the store, to be swept."""
    _erase(transaction, now, uploads.c.id == upload_id)


def erase_of_case(transaction: Transaction, case: str, now: datetime) -> None:
    """The same for all files of a case."""
    _erase(transaction, now, uploads.c.case_id == case)


def drop(transaction: Transaction, upload_id: str) -> None:
    """The content is gone: forget the row."""
    transaction.connection.execute(delete(uploads).where(uploads.c.id == upload_id))


def _upload(transaction: Transaction, row: Row[Any]) -> Upload:
    key = seal.unwrap(transaction.keys, row.key, _row(row.id))
    file = decode_values(seal.unseal(key, row.sealed, _row(row.id)))["file"]
    question = Question(row.case_id, row.step, row.field, row.round)
    return Upload(file, question, row.stored, key, row.state)


def _set(transaction: Transaction, upload_id: str, **values: object) -> None:
    transaction.connection.execute(update(uploads).where(uploads.c.id == upload_id).values(values))


def _erase(transaction: Transaction, now: datetime, which: Any) -> None:
    gone = {"state": "erased", "sweep_at": now, "key": b"", "sealed": b""}
    transaction.connection.execute(update(uploads).where(which).values(gone))


def _of(question: Question) -> tuple[Any, ...]:
    return (
        uploads.c.case_id == question.case,
        uploads.c.step == question.step,
        uploads.c.field == question.field,
        uploads.c.round == question.round,
    )


def _row(upload_id: str) -> str:
    return f"uploads:{upload_id}"
