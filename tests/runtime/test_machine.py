"""The machine decides: path, page and timer all ask it, and it agrees with the graph that lint reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.expression.expression import Expression
from flowrunner.model.graph import edges
from flowrunner.runtime.machine import Fired, NoSuchWay, StepMachine, anyone
from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: machine
    languages: [en]
    time_zone: America/Toronto
    title: Machine
    start: first
    roles:
      officer: {staff: true}
    fields:
      colour:
        type: choice
        label: Colour
        choices:
          red: {label: Red}
          green: {label: Green}
          blue: {label: Blue}
      member:
        type: yes_no
        label: Member
    conditions:
      warm:
        when: colour == 'red'
    timers:
      too_late: {after: 2 days, since: begun, until: submitted, go: expired}
    steps:
      first:
        title: First
        fields: [colour, member]
        next:
          - {when: warm, go: fire, do: [{remember: begun}]}
          - when: colour == 'green' and member
            go: wood
          - {go: water, do: [{remember: begun}]}
      fire:
        title: Fire
        actions:
          cool: {label: Cool down, return: first}
        next: {do: [submit], go: review}
      wood:
        title: Wood
        next: water
      water:
        title: Water
        next: {do: [submit], go: review}
      review:
        kind: wait
        role: officer
        title: Review
        actions:
          approve: {label: Approve, go: done}
      done: {kind: end, outcome: done, title: Done}
      expired: {kind: end, outcome: expired, title: Expired}
"""


def take_out(machine: StepMachine, trigger: str, step: str) -> None:
    del machine.machine.events[trigger].transitions[step]


class TestMachine:
    """One machine for each flow version, fired on throwaway tokens."""

    def test_a_transition_that_is_gone_is_gone_for_the_path(self) -> None:
        made = program(FLOW)
        before = Person(made)
        assert before.press(colour="red", member=False).show == "fire"
        changed = program(FLOW)
        changed.machine.machine.events["next"].transitions["first"].pop(0)
        assert Person(changed).press(colour="red", member=False).show == "water"

    def test_a_transition_that_is_gone_is_gone_from_the_page(self) -> None:
        made = program(FLOW)
        person = Person(made)
        person.press(colour="red", member=False)
        page = person.look()
        assert page is not None
        assert [action.name for action in page.actions] == ["cool"]
        assert page.has_next
        take_out(made.machine, "cool", "fire")
        take_out(made.machine, "next", "fire")
        page = person.look()
        assert page is not None
        assert page.actions == ()
        assert not page.has_next

    def test_a_transition_that_is_gone_is_gone_for_the_timer(self) -> None:
        made = program(FLOW)
        person = Person(made)
        person.press(colour="blue", member=False)
        take_out(made.machine, "timer:too_late", "water")
        assert person.wait(days=5).show == "water"
        other = Person(program(FLOW))
        other.press(colour="blue", member=False)
        assert other.wait(days=5).show == "expired"

    @given(colour=st.sampled_from(["red", "green", "blue", None]), member=st.sampled_from([True, False, None]))
    def test_it_agrees_with_the_graph_of_lint(self, colour: str | None, member: bool | None) -> None:
        made = MADE
        env: dict[str, object] = {"colour": colour, "member": member}
        for step, trigger in {(edge.step, edge.trigger) for edge in edges(made.flow) if edge.move != "taken"}:
            ways = [edge for edge in edges(made.flow) if (edge.step, edge.trigger) == (step, trigger)]
            first = next((edge for edge in ways if _holds(edge.when, env)), None)
            taken = made.machine.fire(step, trigger, env)
            assert taken == (Fired(first.index, first.to if first.move in LEADS else None) if first else None)

    def test_only_who_has_the_role_moves_it(self) -> None:
        machine = MADE.machine
        assert machine.fire("review", "approve", {}, lambda role: role == "officer") == Fired(0, "done")
        assert machine.fire("review", "approve", {}, lambda role: role == "owner") is None
        assert machine.can("review", "approve", {}, anyone)
        assert not machine.can("review", "approve", {}, lambda role: False)

    @pytest.mark.parametrize(("step", "trigger"), [("first", "fly"), ("nowhere", "next"), ("done", "next")])
    def test_a_way_that_does_not_exist_is_told(self, step: str, trigger: str) -> None:
        with pytest.raises(NoSuchWay):
            MADE.machine.fire(step, trigger, {})
        assert not MADE.machine.has(step, trigger)
        assert not MADE.machine.can(step, trigger, {}, anyone)

    def test_it_has_no_state_of_its_own(self) -> None:
        machine = MADE.machine
        states = set(machine.machine.states)
        first = [machine.fire("first", "next", {"colour": colour}) for colour in ("red", "blue", "red")]
        assert first == [Fired(0, "fire"), Fired(2, "water"), Fired(0, "fire")]
        assert set(machine.machine.states) == states == set(MADE.flow.steps)


def _holds(when: Expression | None, env: dict[str, object]) -> bool:
    return when is None or bool(when.evaluate(env))


LEADS = ("go", "return")
MADE = program(FLOW)
