"""`transitions` executes a flow: a fault that is put into the library shows in path, page, timer and scenario."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from transitions import EventData, Machine
from transitions.core import Condition, Event, Transition

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case
from flowrunner.runtime import machine
from flowrunner.runtime.interpreter import begin
from flowrunner.runtime.machine import Fired, NoSuchWay
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_scenario
from tests.runtime.invariants import walked
from tests.runtime.walking import Person, program

Patch = pytest.MonkeyPatch

FLOW = """
    flowrunner: 1
    flow: colours
    languages: [en]
    time_zone: America/Toronto
    title: Colours
    start: first
    fields:
      colour:
        type: choice
        label: Colour
        choices:
          red: {label: Red}
          blue: {label: Blue}
      name: {type: text, label: Name}
    conditions:
      warm:
        when: colour == 'red'
    timers:
      too_late: {after: 2 days, since: begun, until: submitted, go: why_late}
    steps:
      first:
        title: First
        fields: [colour]
        next: {do: [{remember: begun}], go: sorting}
      sorting:
        kind: decision
        next:
          - {when: warm, go: fire}
          - {go: water}
      fire:
        title: Fire
        fields: [name]
        actions:
          cool: {label: Cool down, when: warm, return: first}
          state: {label: Say how it stands, go: water}
        next: {do: [submit], go: done}
      water:
        title: Water
        fields: [name]
        actions:
          heat: {label: Heat up, when: warm, return: first}
        next: {do: [submit], go: done}
      why_late:
        kind: decision
        next:
          - {when: warm, go: burnt}
          - {go: drowned}
      done: {kind: end, outcome: done, title: Done}
      burnt: {kind: end, outcome: burnt, title: Burnt}
      drowned: {kind: end, outcome: drowned, title: Drowned}
"""
SCENARIO = """
    flow: colours
    now: 2026-03-02 09:00
    walk:
      - {fill: {colour: %s}, press: next, expect: {step: %s}}
      - {wait: 3 days, expect: {outcome: %s}}
"""
WALKS = [("red", "fire", "burnt", ["cool", "state"]), ("blue", "water", "drowned", [])]


def chosen(colour: str) -> Person:
    """Whoever has chosen a colour, and stands where that leads."""
    person = Person(program(FLOW))
    person.press(colour=colour)
    return person


SOUND: dict[str, Case] = {colour: chosen(colour).case for colour, *_ in WALKS}


def check_path(tmp_path: Path) -> None:
    """A case is walked again from its beginning."""
    for colour, step, _, _ in WALKS:
        person = Person(program(FLOW))
        again = walked(person.program, SOUND[colour], person.world())
        assert [visit.step for visit in again.path] == ["first", "sorting", step]


def check_page(tmp_path: Path) -> None:
    """A page is sent, and the next is looked at."""
    for colour, step, _, buttons in WALKS:
        person = Person(program(FLOW))
        assert person.press(colour=colour).show == step
        page = person.look()
        assert page is not None
        assert page.step.name == step
        assert [action.name for action in page.actions] == buttons


def check_timer(tmp_path: Path) -> None:
    """A case that stands where it ought to is left alone for too long."""
    for colour, _, end, _ in WALKS:
        person = Person(program(FLOW))
        person.case = SOUND[colour]
        assert person.wait(days=3).show == end


def check_scenario(tmp_path: Path) -> None:
    """What an author has written comes out."""
    path = tmp_path / "walk.yaml"
    for colour, step, end, _ in WALKS:
        path.write_text(dedent(SCENARIO % (colour, step, end)))
        scenario, unreadable = read_scenario(path)
        assert scenario is not None, unreadable
        assert play(program(FLOW), scenario).findings == []


CHECKS = [check_path, check_page, check_timer, check_scenario]


def set_state_does_nothing(seeded: Patch) -> None:
    seeded.setattr(Machine, "set_state", lambda self, state, model=None: None)


def a_condition_always_holds(seeded: Patch) -> None:
    seeded.setattr(Condition, "check", lambda self, event_data: True)


def a_condition_is_turned_round(seeded: Patch) -> None:
    check = Condition.check
    seeded.setattr(Condition, "check", lambda self, event_data: not check(self, event_data))


def the_order_is_turned_round(seeded: Patch) -> None:
    def add(self: Event, transition: Transition) -> None:
        self.transitions[transition.source].insert(0, transition)

    seeded.setattr(Event, "add_transition", add)


def nothing_is_called_back(seeded: Patch) -> None:
    seeded.setattr(Machine, "callback", lambda self, func, event_data: None)


FAULTS = [
    set_state_does_nothing,
    a_condition_always_holds,
    a_condition_is_turned_round,
    the_order_is_turned_round,
    nothing_is_called_back,
]


class TestFaultsOfTheLibrary:
    """Without the fault every check passes; with any of them, none does."""

    @pytest.mark.parametrize("check", CHECKS)
    def test_sound(self, check: Callable[[Path], None], tmp_path: Path) -> None:
        check(tmp_path)

    @pytest.mark.parametrize("check", CHECKS)
    @pytest.mark.parametrize("fault", FAULTS)
    def test_seeded(
        self, fault: Callable[[Patch], None], check: Callable[[Path], None], tmp_path: Path, monkeypatch: Patch
    ) -> None:
        with monkeypatch.context() as seeded:
            fault(seeded)
            with pytest.raises((AssertionError, FlowrunnerError)):
                check(tmp_path)
        check(tmp_path)

    def test_nothing_of_the_library_is_overridden(self) -> None:
        own = [
            made for made in vars(machine).values() if isinstance(made, type) and made.__module__ == machine.__name__
        ]
        of_library = (Machine, Event, Transition, Condition, EventData)
        assert own
        assert [made for made in own if issubclass(made, of_library)] == []
        built = program(FLOW).machine.machine
        ways = [way for event in built.events.values() for tried in event.transitions.values() for way in tried]
        assert type(built) is Machine
        assert {type(event) for event in built.events.values()} == {Event}
        assert {type(way) for way in ways} == {Transition}
        assert {type(one) for way in ways for one in way.conditions} == {Condition}

    def test_an_error_in_a_condition_is_told_as_it_is(self, monkeypatch: Patch) -> None:
        def fails(self: Any, event_data: Any) -> bool:
            raise ValueError("what a guard reads is broken")

        built = program(FLOW).machine
        monkeypatch.setattr(Condition, "check", fails)
        with pytest.raises(ValueError, match="what a guard reads is broken"):
            built.fire("sorting", "next", {"colour": "red"})

    def test_a_decision_that_leads_to_itself_is_not_walked_for_ever(self, monkeypatch: Patch) -> None:
        run, world = program(FLOW), Person(program(FLOW)).world()
        set_state_does_nothing(monkeypatch)
        with pytest.raises(NoSuchWay):
            begin(run, id="case", language="en", world=world, at="sorting")

    def test_threads_share_the_machine(self) -> None:
        built = program(FLOW).machine
        colours = ["red", "blue"] * 2000
        with ThreadPoolExecutor(8) as threads:
            fired = list(threads.map(lambda colour: built.fire("sorting", "next", {"colour": colour}), colours))
        assert fired == [Fired(0, "fire"), Fired(1, "water")] * 2000
        assert built.machine.models == []

    def test_an_action_may_be_called_as_the_models_attribute_is_by_default(self) -> None:
        assert chosen("red").press("state").show == "water"
