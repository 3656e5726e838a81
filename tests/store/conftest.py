"""A database of our own for each test, and cases to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from flowrunner.model.case import Case, CodeState, Fact, FileRef, Place, Value, Visit
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import Keys, open_keys

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SCHEDULE = Schedule("owner")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path)


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[Database]:
    opened = Database(database_url, keys)
    yield opened
    opened.close()


@pytest.fixture
def case() -> Case:
    """A case that uses everything that a case can hold."""
    file = FileRef("f1", "scan \N{GRINNING FACE}.pdf", "application/pdf", 12, "ab" * 32)
    answers: dict[str, Value] = {
        "name": "Zoé\x00\ud800",
        "yes": True,
        "sum": Decimal("12.50"),
        "born": date(1980, 2, 29),
        "files": (file,),
        "address": {"street": "1 rue A", "unit": None},
        "nothing": None,
    }
    fact = Fact("register", ("a", None), {"status": "good", "seen": NOW}, NOW, "late")
    current = Visit(2, Place("more", "item-1"), NOW, answers, {"old": ("a", "b")}, "next", date(2026, 3, 2), 1, "basis")
    return Case(
        id="c" * 32,
        flow="trip",
        version="v1",
        language="fr",
        began=NOW,
        path=(Visit(1, Place("first"), NOW), current),
        trail=(Visit(0, Place("zero"), NOW, facts={"register": fact}, secrets={"password": "$argon2"}, side=True),),
        aside={Place("other", "item-2"): Visit(3, Place("other", "item-2"), NOW)},
        facts=(fact,),
        moments={"begun": NOW},
        codes={
            "invitation": CodeState("ab", "1", NOW, None, wrong=2, wrong_on=(date(2026, 3, 2), 4), to="a@example.org")
        },
        proved=frozenset({"b@example.org", "a@example.org"}),
    )
