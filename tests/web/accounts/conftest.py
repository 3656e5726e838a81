"""A deployment whose time is what the test says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from tests.web.accounts.walking import Clock
from tests.web.conftest import House, open_house


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def house(catalogue: Catalogue, repository: Path, tmp_path: Path, database_url: str, clock: Clock) -> Iterator[House]:
    with open_house(catalogue, repository, tmp_path, database_url, clock) as opened:
        yield opened
