"""What the desk costs: its pages beside the floor, and whether the queue costs more once many cases wait.

A queue of twenty-five submitted registrations is shown, and one of them, by turns with the floor's page, each by
gunicorn as for `pages`. Then the same page of the queue, its first and one in its middle, is asked for among few cases
and among many, by turns.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update

from bench.figure import RUNS, Figure, median
from bench.filling import fill_postgresql, fill_sqlite
from bench.pages import FIELDS, FLOOR, Person, Service, cpu_of, served
from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Account
from flowrunner.service.cases.cases import Cases
from flowrunner.service.cases.drafts import DraftStore
from flowrunner.service.context import ServiceContext
from flowrunner.service.desk.access import Officer
from flowrunner.service.desk.desk import PAGE, Casework
from flowrunner.service.desk.queue import QueueFilter
from flowrunner.service.sources.sources import Sources
from flowrunner.store.database import Database
from flowrunner.store.desk_queue import Mark
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.tables import cases as table
from tests.databases import PostgreSQL
from tests.placing import Placing

FLOWS = Path(__file__).parent.parent / "flows"
FEW, MANY = 1_000, 100_000
TURNS, WARM, IN_A_ROW, LOOKS = 60, 10, 5, 40
ROLES = frozenset({"officer"})
OURS = Service("desk", "bench.wsgi:application()", "/en/registration", "/en/desk", sends_start=False, flows=FLOWS)


def figures() -> Iterator[Figure]:
    """Ratios to the floor and the µs that they stand for; ratios of many waiting cases to few."""
    yield from _beside_the_floor()
    yield from _among_many()


# --- Beside the floor -------------------------------------------------------------------------


def _beside_the_floor() -> Iterator[Figure]:
    runs: dict[str, list[float]] = {}
    for _ in range(RUNS):
        spent = _run()
        for name in ("queue", "case"):
            runs.setdefault(f"{name} of the desk", []).append(spent[name])
            runs.setdefault(f"{name} of the desk as a ratio to the floor", []).append(spent[name] / spent["floor"])
        looked = spent["case"] / (spent["floor"] + spent["floor's write"])
        runs.setdefault("case of the desk as a ratio to a page and a write of the floor", []).append(looked)
    for name, values in runs.items():
        yield median(name, "times" if "ratio" in name else "µs of CPU", values)


def _run() -> dict[str, float]:
    """µs of processor for one GET of the floor, of the queue and of a case, and for one POST of the floor, which take
    turns: a look at a case is an event, so it is a page and a durable write."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for service in (FLOOR, OURS):
            (folder / service.name).mkdir()
        floor = _Looker(*stack.enter_context(served(FLOOR, folder / FLOOR.name)))
        desk = _Looker(*stack.enter_context(served(OURS, folder / OURS.name)))
        floor.get(FLOOR.start)
        cookie, case = _waiting(folder / OURS.name)
        desk.cookies["session"] = cookie
        writer = Person(floor.connection)
        writer.arrive(FLOOR)
        writer.get(FLOOR.page)
        looks: dict[str, Callable[[], float]] = {
            "floor": lambda: floor.cost(lambda: floor.get(FLOOR.page)),
            "floor's write": lambda: floor.cost(lambda: writer.send(FLOOR.page, FIELDS)),
            "queue": lambda: desk.cost(lambda: desk.get(OURS.page)),
            "case": lambda: desk.cost(lambda: desk.get(f"{OURS.page}/{case}")),
        }
        spent = dict.fromkeys(looks, 0.0)
        for turn in range(TURNS + WARM):
            for kind, look in looks.items():
                cost = look()
                spent[kind] += cost if turn >= WARM else 0.0
        return {kind: total / TURNS for kind, total in spent.items()}


class _Looker:
    """Somebody who looks at pages, with the cookies that a browser would hold."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.cookies: dict[str, str] = {}
        self._pid = process.pid
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)

    def cost(self, act: Callable[[], None]) -> float:
        """µs of processor for one request, of a few in a row."""
        before = cpu_of(self._pid)
        for _ in range(IN_A_ROW):
            act()
        return (cpu_of(self._pid) - before) / IN_A_ROW * 1e6

    def get(self, path: str) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request("GET", path, headers={"Cookie": cookies})
        answer = self.connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        answer.read()
        assert answer.status in (200, 302), (path, answer.status)


def _waiting(data: Path) -> tuple[str, str]:
    """The cookie of an officer, and the id of one of the cases that fill a page of the queue."""
    keys = open_keys(data)
    database = Database(f"sqlite:///{data}/flowrunner.sqlite", keys)
    placing = Placing(database, Catalogue([FLOWS]))
    now = datetime.now(UTC)
    cases = [placing.place(since=now - timedelta(minutes=number)) for number in range(PAGE)]
    token = placing.session(placing.account("officer@example.org", "officer"), now)
    database.close()
    return _cookie(keys.derive("cookies").hex(), token), cases[0].id


def _cookie(secret: str, token: str) -> str:
    app = Flask(__name__)
    app.secret_key = secret
    signing = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signing is not None
    return str(signing.dumps({"id": token}))


# --- Among many -------------------------------------------------------------------------------


class _Queue:
    """The queue over one database, with real cases where its pages are looked at: its beginning and its middle."""

    def __init__(self, database: Database, folder: Path, rows: int) -> None:
        self.database = database
        with database.writing() as transaction:
            transaction.connection.execute(update(table).values(waiting_role="officer", flow="registration"))
        catalogue = Catalogue([FLOWS])
        self.sources = Sources(database, {}, folder)
        context = ServiceContext(database, catalogue)
        self.casework = Casework(context, Cases(context, self.sources, lambda case, step: ""), DraftStore(context))
        placing = Placing(database, catalogue)
        now = datetime.now(UTC)
        oldest, middle = now - timedelta(days=400), now - timedelta(seconds=rows / 2)
        for begin in (oldest, middle):
            for number in range(PAGE + 1):
                placing.place(since=begin + timedelta(microseconds=number))
        ident = placing.account("officer@example.org", "officer")
        self.officer = Officer(Account(ident, "officer@example.org", frozenset({"officer"})), {"registration": ROLES})
        self.pages = {"first": QueueFilter(), "middle": QueueFilter(after=Mark(middle - timedelta(microseconds=1), ""))}

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
            pairs = [(few.seconds(place), many.seconds(place)) for _ in range(LOOKS)]
            alone, among = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
            ratios.append(among / alone)
            costs.append(among * 1e6)
        yield median(f"{kind}, {place} page of a queue of {MANY:,}", "µs", costs)
        yield median(f"{kind}, {place} page of a queue: {MANY:,} to {FEW:,}", "times", ratios)
