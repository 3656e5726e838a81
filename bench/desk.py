"""What the desk costs: its pages beside the floor, and whether the queue costs more once many cases wait.

A queue of twenty-five submitted registrations is shown, and one of them, each by gunicorn as for `pages`. Then the same
page of the queue, its first and one in its middle, is asked for among few cases and among many, by turns.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update

from bench.figure import RUNS, Figure, median
from bench.filling import fill_postgresql, fill_sqlite
from bench.pages import FLOOR, Service, cpu_of, served
from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Account
from flowrunner.service.cases import Cases
from flowrunner.service.casework import PAGE, Casework
from flowrunner.service.officers import Officer
from flowrunner.service.sources import Sources
from flowrunner.service.worklist import Wanted
from flowrunner.store.database import Database
from flowrunner.store.keys import open_keys
from flowrunner.store.queue import Mark
from flowrunner.store.tables import cases as table
from tests.databases import PostgreSQL
from tests.placing import Placing

FLOWS = Path(__file__).parent.parent / "flows"
FEW, MANY = 1_000, 100_000
GETS, LOOKS = 300, 40
ROLES = frozenset({"officer"})
OURS = Service("desk", "bench.wsgi:application()", "/en/registration", "/en/desk", sends_start=False, flows=FLOWS)


def figures() -> Iterator[Figure]:
    """Ratios to the floor and the µs that they stand for; ratios of many waiting cases to few."""
    yield from _beside_the_floor()
    yield from _among_many()


# --- Beside the floor -------------------------------------------------------------------------


def _beside_the_floor() -> Iterator[Figure]:
    found: dict[str, list[float]] = {}
    for _ in range(RUNS):
        floor = _floor()
        for name, spent in _desk().items():
            found.setdefault(f"{name} of the desk", []).append(spent)
            found.setdefault(f"{name} of the desk as a ratio to the floor", []).append(spent / floor)
    for name, values in found.items():
        yield median(name, "times" if "ratio" in name else "µs of CPU", values)


def _floor() -> float:
    with tempfile.TemporaryDirectory() as folder, served(FLOOR, Path(folder)) as (process, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", FLOOR.start)
        answer = connection.getresponse()
        answer.read()
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        return _cpu_of_gets(process.pid, connection, FLOOR.page, cookie)


def _desk() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, served(OURS, Path(folder)) as (process, port):
        keys = open_keys(Path(folder))
        database = Database(f"sqlite:///{folder}/flowrunner.sqlite", keys)
        placing = Placing(database, Catalogue([FLOWS]))
        now = datetime.now(UTC)
        cases = [placing.place(since=now - timedelta(minutes=number)) for number in range(PAGE)]
        token = placing.session(placing.account("officer@example.org", "officer"), now)
        database.close()
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        cookie = _cookie(keys.derive("cookies").hex(), token)
        return {
            "queue": _cpu_of_gets(process.pid, connection, OURS.page, cookie),
            "case": _cpu_of_gets(process.pid, connection, f"{OURS.page}/{cases[0].id}", cookie),
        }


def _cpu_of_gets(pid: int, connection: HTTPConnection, path: str, cookie: str) -> float:
    """µs of processor for one GET; the first few are not counted."""
    for number in range(GETS + 20):
        if number == 20:
            before = cpu_of(pid)
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
    return (cpu_of(pid) - before) / GETS * 1e6


def _cookie(secret: str, token: str) -> str:
    app = Flask(__name__)
    app.secret_key = secret
    signing = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signing is not None
    return f"session={signing.dumps({'id': token})}"


# --- Among many -------------------------------------------------------------------------------


class _Queue:
    """The queue over one database, with real cases where its pages are looked at: its beginning and its middle."""

    def __init__(self, database: Database, folder: Path, rows: int) -> None:
        self.database = database
        with database.writing() as transaction:
            transaction.connection.execute(update(table).values(waiting_role="officer", flow="registration"))
        catalogue = Catalogue([FLOWS])
        self.sources = Sources(database, {}, folder)
        self.casework = Casework(Cases(database, catalogue, self.sources, lambda case, step: ""))
        placing = Placing(database, catalogue)
        now = datetime.now(UTC)
        oldest, middle = now - timedelta(days=400), now - timedelta(seconds=rows / 2)
        for begin in (oldest, middle):
            for number in range(PAGE + 1):
                placing.place(since=begin + timedelta(microseconds=number))
        ident = placing.account("officer@example.org", "officer")
        self.officer = Officer(Account(ident, "officer@example.org", frozenset({"officer"})), {"registration": ROLES})
        self.pages = {"first": Wanted(), "middle": Wanted(after=Mark(middle - timedelta(microseconds=1), ""))}

    def seconds(self, place: str) -> float:
        """For one page of the queue, its cases opened and read."""
        began = time.perf_counter()
        waiting = self.casework.read(self.casework.queue(self.officer, self.pages[place]).listed)
        spent = time.perf_counter() - began
        assert len(waiting) == PAGE
        return spent

    def close(self) -> None:
        self.sources.close()
        self.database.close()


def _among_many() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, PostgreSQL(shared_buffers="256MB") as server:
        folder = Path(name)
        keys = open_keys(folder)
        filled = {
            "sqlite": [fill_sqlite(folder / f"{rows}.db", rows, keys) for rows in (FEW, MANY)],
            "postgresql": [fill_postgresql(server, rows, keys) for rows in (FEW, MANY)],
        }
        for kind, databases in filled.items():
            few, many = (_Queue(each, folder, rows) for each, rows in zip(databases, (FEW, MANY), strict=True))
            yield from _compared(kind, few, many)
            few.close()
            many.close()


def _compared(kind: str, few: _Queue, many: _Queue) -> Iterator[Figure]:
    for place in ("first", "middle"):
        ratios, costs = [], []
        for _ in range(RUNS):
            found = [(few.seconds(place), many.seconds(place)) for _ in range(LOOKS)]
            alone, among = (statistics.median(pair[side] for pair in found) for side in (0, 1))
            ratios.append(among / alone)
            costs.append(among * 1e6)
        yield median(f"{kind}, {place} page of a queue of {MANY:,}", "µs", costs)
        yield median(f"{kind}, {place} page of a queue: {MANY:,} to {FEW:,}", "times", ratios)
