"""Databases full of other people's cases: as many rows as asked for, of the sizes and in the disorder of real ones."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import Keys
from tests.databases import PostgreSQL

# A case on its third page is about so long once it is sealed.
SEALED = 1400

# What stands in braces is said by each kind of database in its own way.
_FILL = (
    """insert into cases (id, reference, flow, version, revision, step, item, waiting_role, since, owner, language,
    next_due, ended, outcome, erase_at, key, sealed)
    select {id}, null, 'eight', 'v1', 3, 'page', null, 'owner', {moment}, {owner}, 'en',
    {later}, null, null, {later}, {key}, {sealed} from numbers n""",
    "insert into sessions (id, created, seen, account) select {id}, {moment}, {moment}, null from numbers n",
    "insert into session_cases (session, flow, case_id) select {id}, 'eight', {id} from numbers n",
    "insert into form_ids (id, redirect, at) select {id}, '/en/eight/page', {moment} from numbers n",
    """insert into events (case_id, revision, at, kind, step, trigger, branch, "to", role, account, visit)
    select {id}, 1, {moment}, 'pressed', 'page', 'next', 0, 'end', 'owner', null, 1 from numbers n""",
    """insert into unsubmitted (case_id, step, at, sealed)
    select {id}, 'page', {moment}, {key} from numbers n where n % 20 = 0""",
    """insert into outbox ("key", case_id, effect, created, due, tries, leased_until, delivered, sealed)
    select {id}, {id}, 'send', {moment}, {moment}, 1, null, {moment}, {key} from numbers n where n % 2 = 0""",
)

_SQLITE_INDEXES = "select name, sql from sqlite_master where type = 'index' and sql is not null"
_POSTGRESQL_INDEXES = (
    "select indexname, indexdef from pg_indexes where schemaname = 'public' and indexname like 'ix\\_%'"
)


def fill_sqlite(path: Path, rows: int, keys: Keys) -> Database:
    """A file of so many cases."""
    database = Database(f"sqlite:///{path}", keys)
    database.upgrade()
    database.close()
    holes = {
        "id": "n.id",
        "owner": "case when n.n % 3 = 0 then n.id end",
        "moment": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (n.n % 31536000) || ' seconds')",
        "later": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+' || (n.n % 2592000) || ' seconds')",
        "key": "randomblob(62)",
        "sealed": f"randomblob({SEALED})",
    }
    connection = sqlite3.connect(path)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
        connection.execute(f"pragma {pragma}")
    # In the order of their ids, and without the indexes that can be made after: many times as fast.
    connection.execute(
        "create temporary table numbers as"
        " with recursive up(n) as (select 1 union all select n + 1 from up where n < ?)"
        " select n, lower(hex(randomblob(16))) as id from up order by 2",
        (rows,),
    )
    indexes = dict(connection.execute(_SQLITE_INDEXES).fetchall())
    for statement in (*(f"drop index {name}" for name in indexes), *(each.format(**holes) for each in _FILL)):
        connection.execute(statement)
    for statement in (*indexes.values(), "analyze"):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return Database(f"sqlite:///{path}", keys)


def fill_postgresql(server: PostgreSQL, rows: int, keys: Keys) -> Database:
    """A database of so many cases."""
    name = server.create()
    database = Database(server.url(name), keys)
    database.upgrade()
    halves = " || ".join(f"gen_random_bytes({SEALED // 2})" for _ in range(2))
    holes = {
        "id": "n.id",
        "owner": "case when n.n % 3 = 0 then n.id end",
        "moment": "now() - n.n % 31536000 * interval '1 second'",
        "later": "now() + n.n % 2592000 * interval '1 second'",
        "key": "gen_random_bytes(62)",
        "sealed": halves,
    }
    fast = "-c work_mem=512MB -c maintenance_work_mem=512MB -c session_replication_role=replica"
    with server.connect(name, fast) as connection:
        connection.execute("create extension pgcrypto")
        connection.execute(
            "create temporary table numbers as select n, encode(gen_random_bytes(16), 'hex') as id"
            " from generate_series(1, %s) as n order by 2",
            (rows,),
        )
        indexes: dict[str, str] = dict(connection.execute(_POSTGRESQL_INDEXES).fetchall())
        for statement in (*(f"drop index {name}" for name in indexes), *(each.format(**holes) for each in _FILL)):
            connection.execute(statement.encode())
        for statement in (*indexes.values(), "vacuum analyze"):
            connection.execute(statement.encode())
    return database
