"""Officers at the desk of a deployment whose time stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from tests.placing import Placing
from tests.web.conftest import House, Visitor, open_house


@dataclass(slots=True)
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 3, 15, 0, tzinfo=UTC))


@pytest.fixture
def house(catalogue: Catalogue, repository: Path, tmp_path: Path, database_url: str, clock: Clock) -> Iterator[House]:
    with open_house(catalogue, repository, tmp_path, database_url, clock) as opened:
        yield opened


@pytest.fixture
def placing(house: House, catalogue: Catalogue) -> Placing:
    return Placing(house.database, catalogue)


def hold(visitor: Visitor, token: str) -> Visitor:
    """The browser holds this session."""
    with visitor.client.session_transaction() as session:
        session["id"] = token
    return visitor


@pytest.fixture
def officer(house: House, placing: Placing, clock: Clock) -> Visitor:
    return at_desk(house, placing, clock, "ann@example.org", "officer")


def at_desk(house: House, placing: Placing, clock: Clock, sign_in: str, *roles: str) -> Visitor:
    return hold(house.visitor(), placing.session(placing.account(sign_in, *roles), clock.now))


def words(visitor: Visitor) -> str:
    assert visitor.page is not None
    return " ".join(visitor.page.one("main").words.split())


def cells(visitor: Visitor) -> list[list[str]]:
    """The table of the queue, row by row, without its headings."""
    assert visitor.page is not None
    rows: list[list[str]] = []
    for element in visitor.page.elements:
        if element.tag == "tr":
            rows.append([])
        elif element.tag in ("td", "th") and element["scope"] != "col":
            rows[-1].append(" ".join(element.words.split()))
    return [row for row in rows if row]
