"""A source that stalls, over real HTTP: it is late in its own time, and keeps nobody from the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Ask
from flowrunner.model.flow import Flow, Source
from flowrunner.model.record import replace
from flowrunner.model.types import choice_of
from flowrunner.service.sources.sources import MOST_AT_ONCE, MOST_WAITING, Sources
from flowrunner.store.database import Database
from tests.service.conftest import FLOW, NOW
from tests.sources.http_service import Service, service_running

TIME = 0.5
STATUS = {"status": choice_of(["good", "unknown"])}


@pytest.fixture
def slow() -> Iterator[Service]:
    with service_running() as service:
        service.wait = 60
        yield service


@pytest.fixture
def quick() -> Iterator[Service]:
    with service_running() as service:
        service.says({"status": "good"})
        yield service


@pytest.fixture
def flow(catalogue: Catalogue) -> Flow:
    program = catalogue.current(FLOW)
    assert program is not None
    slow = Source("slow", {"number": "membership_number"}, STATUS, TIME, {"status": "unknown"})
    return replace(program.flow, sources={"slow": slow, "quick": replace(slow, name="quick", timeout=5)})


@pytest.fixture
def sources(database: Database, flow: Flow, slow: Service, quick: Service) -> Iterator[Sources]:
    settings: dict[str, Any] = {
        flow.name: {
            "slow": {"connector": "http", "url": f"{slow.address}/"},
            "quick": {"connector": "http", "url": f"{quick.address}/"},
        }
    }
    opened = Sources(database, settings, Path())
    yield opened
    slow.freed.set()
    opened.close()


def timed(sources: Sources, flow: Flow, *names: str) -> tuple[list[str], float]:
    begun = time.monotonic()
    facts = sources.ask(flow, [Ask(name, ("A1",)) for name in names], NOW)
    return [fact.why for fact in facts], time.monotonic() - begun


def crowd(sources: Sources, flow: Flow, count: int) -> list[tuple[list[str], float]]:
    """What so many who ask the slow source at once get, and how long each waits."""
    found: list[tuple[list[str], float]] = []
    together = threading.Barrier(count)

    def one() -> None:
        together.wait()
        found.append(timed(sources, flow, "slow"))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


class TestStalledSource:
    def test_it_is_late_in_the_time_of_its_contract(self, sources: Sources, flow: Flow) -> None:
        why, took = timed(sources, flow, "slow", "quick", "slow")
        assert why == ["late", "answered", "late"]
        assert TIME * 0.9 <= took < TIME + 1

    def test_whoever_asks_it_keeps_nobody_from_the_others(self, sources: Sources, flow: Flow) -> None:
        waiting = threading.Thread(target=crowd, args=(sources, flow, 60))
        waiting.start()
        time.sleep(TIME / 2)
        why, took = timed(sources, flow, "quick")
        waiting.join()
        assert why == ["answered"]
        assert took < TIME

    def test_it_is_asked_by_few_at_once_and_more_do_not_wait(self, sources: Sources, flow: Flow, slow: Service) -> None:
        found = crowd(sources, flow, MOST_AT_ONCE + MOST_WAITING + 20)
        assert {tuple(why) for why, _ in found} == {("late",)}
        assert slow.most_at_once <= MOST_AT_ONCE
        assert 1 <= sum(took < TIME / 2 for _, took in found) <= 20
        assert max(took for _, took in found) < TIME + 1.5

    def test_it_answers_again_once_it_can(self, sources: Sources, flow: Flow, slow: Service) -> None:
        crowd(sources, flow, MOST_AT_ONCE)
        slow.wait = 0.0
        slow.freed.set()
        slow.says({"status": "good"})
        until = time.monotonic() + 5
        while (why := timed(sources, flow, "slow")[0]) != ["answered"] and time.monotonic() < until:
            time.sleep(0.05)
        assert why == ["answered"]
