"""Workers killed under load, many more of them than the tests have time for: `make soak`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from tests.databases import KINDS, SQLITE, PostgreSQL
from tests.web.crowd import missing, serving, while_workers_die

KILLS, PEOPLE = 100, 30


def figures(kills: int = KILLS) -> Iterator[Figure]:
    """What was acknowledged while so many workers were killed, and what of it was lost or done twice, by database."""
    with PostgreSQL() as server:
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/soak.db" if kind == SQLITE else server.url(server.create())
                yield from _soaked(kind, Path(folder), url, kills)


def _soaked(kind: str, folder: Path, url: str, kills: int) -> Iterator[Figure]:
    seed, began = random.SystemRandom().randrange(2**32), time.monotonic()
    with serving(folder, url) as server:
        outcome = while_workers_die(server, PEOPLE, kills, seed)
    lasted = time.monotonic() - began
    strange = sum(count for status, count in outcome.statuses.items() if status not in (200, 303))
    lost = missing(folder, url, outcome)
    for what, count in (
        ("pages acknowledged", outcome.statuses[303]),
        ("sent again without an answer", outcome.again),
        ("answers that were no page", strange + len(outcome.wrong)),
        ("lost or done twice", len(lost)),
        ("seconds", lasted),
    ):
        yield Figure(f"{kind}, {kills} workers killed: {what}", count, "", count, count)
    for line in (*outcome.wrong, *lost):
        print(f"  {line} (seed {seed})")
