"""A service over HTTP, and sources opened on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowrunner.model.flow import Source
from flowrunner.sources.base import Lookup
from flowrunner.sources.built_in import CONNECTORS
from tests.sources.http_service import MEMBERS, Service, service_running


@pytest.fixture
def service() -> Iterator[Service]:
    with service_running() as running:
        yield running


@pytest.fixture
def lookups() -> Iterator[list[Lookup]]:
    opened: list[Lookup] = []
    yield opened
    for lookup in opened:
        lookup.close()


@pytest.fixture
def members(service: Service, lookups: list[Lookup]) -> Any:
    """Opens the source with more settings, over the service."""

    def open_members(source: Source = MEMBERS, **more: Any) -> Lookup:
        lookup = CONNECTORS["http"].open(source, {"url": f"{service.address}/members", **more}, Path())
        lookups.append(lookup)
        return lookup

    return open_members
