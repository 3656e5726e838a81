"""Whether a page costs more once there are many cases: the statements of a GET and a POST, among few and among many.

Two databases of each kind are filled with other people's cases. The same people then go through the same pages in both
by turns, through the real use cases; what is timed is what the database is given to do, its commits among it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from bench.figure import RUNS, Figure, median
from bench.filling import fill_postgresql, fill_sqlite
from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Submission
from flowrunner.service.cases.cases import Cases, FormStamp
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store import cases as rows_of_cases
from flowrunner.store.database import Database
from flowrunner.store.engine import prepared
from flowrunner.store.sealing.keys import open_keys
from tests.databases import KINDS, PostgreSQL

FEW, MANY = 1_000, 1_000_000
PEOPLE = 60
FLOW = Path(__file__).parent / "flows"
ANSWERS = {f"f{number}": (f"Answer number {number}",) for number in range(8)}
KINDS_OF_WORK = ("GET", "POST", "look for what is due")


class Stopwatch:
    """Seconds that a database was at work, at the statements that pass SQLAlchemy's execution by too."""

    def __init__(self, database: Database) -> None:
        self.spent = 0.0
        self._began = 0.0
        engine = database.engine
        event.listen(engine, "before_cursor_execute", self._start)
        event.listen(engine, "after_cursor_execute", self._stop)
        commit: Callable[[Any], None] = engine.dialect.do_commit
        setattr(engine.dialect, "do_commit", partial(self.timed, commit))  # noqa: B010 - mypy has no word for it
        straight = prepared._run  # noqa: SLF001 - there is no other place where all of them pass

        def run(connection: Connection, sql: str, act: Callable[[Any], Any]) -> Any:
            if connection.engine.url != engine.url:
                return straight(connection, sql, act)
            return self.timed(straight, connection, sql, act)

        prepared._run = run  # noqa: SLF001

    def timed(self, work: Callable[..., Any], *arguments: Any) -> Any:
        self._start()
        result = work(*arguments)
        self._stop()
        return result

    def _start(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _stop(self, *_: object) -> None:
        self.spent += time.perf_counter() - self._began


class Place:
    """A deployment over one of the databases, and the people who use it."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database = database
        self.watch = Stopwatch(database)
        self.sources = Sources(database, {}, FLOW)
        self.service = Cases(
            ServiceContext(database, catalogue), self.sources, lambda case, step: f"/en/{case.flow}/{step}"
        )

    def close(self) -> None:
        self.sources.close()
        self.database.close()

    def visit(self, person: str) -> dict[str, float]:
        """Seconds of the database for each kind of work that one person makes."""
        self._send(person, "start", {})
        return {
            "GET": self._timed(lambda: self.service.find(person, "eight")),
            "POST": self._timed(lambda: self._send(person, "page", ANSWERS)),
            "look for what is due": self._timed(self._due),
        }

    def _send(self, person: str, step: str, inputs: Mapping[str, tuple[str, ...]]) -> None:
        submission = Submission(step, inputs=inputs, language="en")
        sent = self.service.act("eight", person, FormStamp(f"{person} {step}"), submission)
        assert sent is not None
        assert sent.decision is not None
        assert not sent.decision.problems

    def _due(self) -> None:
        now = datetime.now(UTC)
        with self.database.reading() as transaction:
            rows_of_cases.due(transaction, now)
            rows_of_cases.to_erase(transaction, now)

    def _timed(self, work: Callable[[], object]) -> float:
        before = self.watch.spent
        work()
        return self.watch.spent - before


def figures(rows: int = MANY) -> Iterator[Figure]:
    """Ratios of many to few, and the µs that the many cost."""
    catalogue = Catalogue((FLOW,))
    with tempfile.TemporaryDirectory() as folder, PostgreSQL(shared_buffers="256MB", max_wal_size="8GB") as server:
        for kind, (few, many) in _filled(Path(folder), server, rows).items():
            places = Place(few, catalogue), Place(many, catalogue)
            yield from _compared(kind, rows, *places)
            for place in places:
                place.close()


def _filled(folder: Path, server: PostgreSQL, rows: int) -> dict[str, tuple[Database, Database]]:
    keys = open_keys(folder)
    with ThreadPoolExecutor() as pool:
        filling = {
            kind: [pool.submit(_fill, kind, folder, server, count, keys) for count in (FEW, rows)] for kind in KINDS
        }
        return {kind: (few.result(), many.result()) for kind, (few, many) in filling.items()}


def _fill(kind: str, folder: Path, server: PostgreSQL, rows: int, keys: Any) -> Database:
    if kind == KINDS[0]:
        return fill_sqlite(folder / f"{rows}.db", rows, keys)
    return fill_postgresql(server, rows, keys)


def _compared(kind: str, rows: int, few: Place, many: Place) -> Iterator[Figure]:
    ratios: dict[str, list[float]] = {work: [] for work in KINDS_OF_WORK}
    costs: dict[str, list[float]] = {work: [] for work in KINDS_OF_WORK}
    for run in range(RUNS + 1):
        visits = [(few.visit(f"{run}-{number}"), many.visit(f"{run}-{number}")) for number in range(PEOPLE)]
        if run == 0:
            continue  # what is read for the first time is not what a page costs
        for work in KINDS_OF_WORK:
            alone, among = (statistics.median(visit[side][work] for visit in visits) for side in (0, 1))
            assert alone, f"no statement of a {work} was timed"
            ratios[work].append(among / alone)
            costs[work].append(among * 1e6)
    for work in KINDS_OF_WORK:
        yield median(f"{kind}, {rows:,} cases: {work}", "µs", costs[work])
        yield median(f"{kind}, {work}: {rows:,} cases to {FEW:,}", "times", ratios[work])
