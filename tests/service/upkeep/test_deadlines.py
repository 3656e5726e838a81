"""A deadline that an officer sets for one case, kept by the database: to the instant where the flow lives, over a
change of clocks, a restart, and whoever comes first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowrunner.model.case import Actor, Case, Decision, Submission
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import act
from flowrunner.service.cases.cases import FormStamp
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.service.cases.decisions import keep_decision, schedule
from flowrunner.store import cases
from flowrunner.store import events as event_rows
from tests.service.club import NAME, Club
from tests.service.conftest import at_once, come_back

FLOW = """\
flowrunner: 1
flow: club
languages: [en]
territory: CA
time_zone: America/Toronto
title: Club
start: first
roles:
  officer: {staff: true}
fields:
  name: {type: text, label: Name}
  deadline: {type: date, label: Deadline}
  more: {type: text, label: More}
timers:
  due: {at: deadline, in: asked, return: waiting}
steps:
  first:
    title: First
    fields: [name]
    next: {do: [submit], go: waiting}
  waiting:
    kind: wait
    role: officer
    status: Waiting
    title: Waiting
    actions:
      ask: {label: Ask, fields: [deadline], go: asked}
      close: {label: Close, go: closed}
  asked:
    title: Asked
    fields: [more]
    next: {return: waiting}
  closed: {kind: end, outcome: closed, status: Closed, title: Closed}
"""
# Clocks went forward on 8 March 2026, so that day ends in Toronto at 4:00 in London, not at 5:00.
DAY, OVER = "2026-03-08", datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def club(tmp_path: Path, database_url: str) -> Iterator[Club]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "club.yaml").write_text(FLOW, encoding="utf-8")
    opened = Club(tmp_path, url=database_url)
    yield opened
    opened.close()


@pytest.fixture
def asked(club: Club) -> Case:
    """A case whose person is to send more by the end of the day."""
    case = club.case(club.send("first", name="Zoe"))
    program = club.cases.program_of(NAME, case)
    assert program is not None
    officer, world = Actor(roles=frozenset({"officer"})), club.context.world()
    year, month, day = DAY.split("-")
    typed = {"deadline.year": (year,), "deadline.month": (month,), "deadline.day": (day,)}
    decided = act(program, case, officer, Submission("waiting", "ask", typed, language="en"), world)
    assert isinstance(decided, Decision)
    assert decided.problems == ()
    changed = replace(decided.case, revision=case.revision + 1)
    with club.database.writing() as transaction:
        keep_decision(transaction, changed, case.revision, decided, schedule(program, changed, world), world.now)
    return changed


def due(club: Club) -> list[str]:
    with club.database.reading() as transaction:
        return cases.due(transaction, club.clock.now)


class TestDeadline:
    def test_is_over_with_its_day_and_not_before(self, club: Club, asked: Case) -> None:
        club.clock.now = OVER - 2 * INSTANT
        club.timers.fire_all()
        assert (club.load(asked.id).step, due(club)) == ("asked", [])
        club.clock.now = OVER
        assert due(club) == [asked.id]
        club.timers.fire_all()
        assert (club.load(asked.id).step, due(club)) == ("waiting", [])

    def test_outlives_a_restart(self, club: Club, asked: Case, tmp_path: Path, database_url: str) -> None:
        later = Club(tmp_path, url=database_url)
        later.clock.now = OVER + timedelta(days=3)
        later.timers.fire_all()
        with later.database.reading() as transaction:
            (fired,) = [event for event in event_rows.events_of(transaction, asked.id) if event.kind == "timer"]
        assert fired.at == OVER - INSTANT
        later.close()

    def test_of_two_workers_one_fires_it(self, club: Club, asked: Case, tmp_path: Path, database_url: str) -> None:
        others = [Club(tmp_path, url=database_url) for _ in range(4)]
        for each in others:
            each.clock.now = OVER
        at_once(4, lambda number: others[number].timers.fire_all())
        with club.database.reading() as transaction:
            assert [event.kind for event in event_rows.events_of(transaction, asked.id)].count("timer") == 1
        for each in others:
            each.close()

    def test_whoever_is_in_time_goes_on(self, club: Club, asked: Case) -> None:
        club.clock.now = OVER - 2 * INSTANT
        assert self.send(club, asked) == "waiting"
        club.clock.now = OVER + timedelta(days=1)
        club.timers.fire_all()
        with club.database.reading() as transaction:
            assert "timer" not in [event.kind for event in event_rows.events_of(transaction, asked.id)]

    def test_whoever_is_late_finds_it_over_before_any_worker_does(self, club: Club, asked: Case) -> None:
        club.clock.now = OVER
        self.send(club, asked)
        with club.database.reading() as transaction:
            kinds = [event.kind for event in event_rows.events_of(transaction, asked.id)]
        assert kinds.count("timer") == 1
        assert "too late" not in str(club.load(asked.id).path)

    def test_looking_works_it_out_and_stores_nothing(self, club: Club, asked: Case) -> None:
        club.clock.now = OVER
        program = club.cases.program_of(NAME, asked)
        assert program is not None
        page = club.cases.look(program, asked, None, "en")
        assert page is not None
        assert page.step.name == "waiting"
        assert club.load(asked.id) == asked

    def send(self, club: Club, asked: Case) -> str:
        browser = come_back(club.cases, asked)
        submission = Submission("asked", inputs={"more": ("too late",)}, language="en")
        form = FormStamp(os.urandom(8).hex(), digest_of(asked, "asked"))
        sent = club.cases.act(NAME, browser, form, submission)
        assert sent is not None
        return club.load(asked.id).step
