"""Key rotation: wraps every data key again with the current master key, while others read and write.

A room that seals rows has a column `key` of bytes, and wraps it for "<table>:<id>"; all such tables are found here.
What a data key seals stays as it is, so a row is changed by a few bytes whatever it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import LargeBinary, Table, bindparam, inspect, select, update

from flowrunner.store.database import Database
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.keys import Keys, NoKey
from flowrunner.store.tables import metadata

BATCH = 500


# Servers take over a new key at once; whoever still adds rows under an old one after so many rounds never saw it.
MOST_ROUNDS = 5


class DataKey(NamedTuple):
    """A data key as it is stored, and the row that it stands in."""

    id: str
    wrapped: bytes


class KeyChange(NamedTuple):
    """A row's data key as it is stored, and as it is to be."""

    row: str
    old: bytes
    new: bytes


class Rotated(Struct, frozen=True):
    """How many data keys were wrapped again, and how many could not be opened and stay as they are."""

    wrapped: int = 0
    broken: int = 0


def usage(database: Database) -> Counter[str]:
    """The id of each master key → how many rows are under it."""
    counts: Counter[str] = Counter(dict.fromkeys(database.keys.masters, 0))
    for table in _tables(database):
        for batch in _batches(database, table):
            counts.update(seal.master_of(key.wrapped) for key in batch)
    return counts


def rewrap_all(database: Database) -> Rotated:
    """Wrap every data key with the current master key, so many rows a transaction.

    It goes round until it finds nothing more to do: a process that has not seen the new key yet may add rows behind it.
    """
    wrapped = broken = 0
    for _ in range(MOST_ROUNDS):
        done, broken = 0, 0
        for table in _tables(database):
            for batch in _batches(database, table):
                keys = database.keys
                old = [key for key in batch if seal.master_of(key.wrapped) != keys.current]
                changes = list(_changes(keys, table, old))
                broken += len(old) - len(changes)
                done += _replace(database, table, changes)
        wrapped += done
        if not done:
            break
    return Rotated(wrapped, broken)


def _tables(database: Database) -> list[Table]:
    """The tables with data keys that the database has: it may not be up to date while servers are exchanged."""
    with database.reading() as transaction:
        names = set(inspect(transaction.connection).get_table_names())
    return [
        table
        for table in metadata.sorted_tables
        if table.name in names and "key" in table.c and isinstance(table.c["key"].type, LargeBinary)
    ]


def _batches(database: Database, table: Table) -> Iterator[list[DataKey]]:
    """The data keys of a table in the order of their rows; no transaction stays open between two batches."""
    last = ""
    while True:
        query = select(table.c.id, table.c.key).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
        with database.reading() as transaction:
            batch = [DataKey(row.id, row.key) for row in transaction.connection.execute(query)]
        if not batch:
            return
        yield batch
        last = batch[-1].id


def _changes(keys: Keys, table: Table, old: list[DataKey]) -> Iterator[KeyChange]:
    for key in old:
        try:
            yield KeyChange(key.id, key.wrapped, seal.rewrap(keys, key.wrapped, f"{table.name}:{key.id}"))
        except (seal.Broken, NoKey):
            continue


def _replace(database: Database, table: Table, changes: list[KeyChange]) -> int:
    """Only where the data key is still the one that was read: a row may be erased, or another rotation be faster."""
    if not changes:
        return 0
    same = (table.c.id == bindparam("row"), table.c.key == bindparam("old"))
    change = update(table).where(*same).values(key=bindparam("new"))
    with database.writing() as transaction:
        return transaction.connection.execute(change, [each._asdict() for each in changes]).rowcount
