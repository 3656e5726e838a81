"""What is left of a case once answers of it are not kept any longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flowrunner.model.case import Actor, Case
from flowrunner.runtime.explain import explain
from flowrunner.runtime.redaction import fields_to_redact, redact_at, redact_case
from flowrunner.runtime.submitted import submitted_case
from tests.runtime.walking import Person, program

FLOW = """
    flowrunner: 1
    flow: keeping
    languages: [en]
    time_zone: America/Toronto
    title: Keeping
    start: ask
    sources:
      register:
        asks: [number, town]
        gives: {known: yes_no}
    fields:
      number: {type: text, label: Number, privacy: {keep: 2 hours}}
      width: {type: integer, label: Width, privacy: {keep: 1 day}}
      area: {type: computed, value: width * 2, label: Area}
      price: {type: computed, value: area * 3, label: Price}
      town: {type: text, label: Town}
    steps:
      ask:
        title: Ask
        fields: [number, width, area, price, town]
        look_up: [register]
        next:
          - {when: "register.known and number == '12'", do: [submit], go: good}
          - {do: [submit], go: bad}
      good: {kind: end, outcome: good, title: Good}
      bad: {kind: end, outcome: bad, title: Bad}
"""
ENDED = datetime(2026, 3, 2, 15, tzinfo=UTC)
# The day that follows, at its end in Toronto.
NEXT_DAY = datetime(2026, 3, 4, 4, 59, 59, 999999, tzinfo=UTC)
SOON = ENDED + timedelta(hours=2)


@pytest.fixture
def person() -> Person:
    made = Person(program(FLOW), facts={"register": {"known": True}}, now=ENDED)
    made.press(number="12", width="5", town="Hull")
    assert made.case.outcome == "good"
    return made


def left(case: Case) -> set[str]:
    return {name for visit in (*case.trail, *case.path) for name in visit.answers}


class TestDays:
    def test_they_are_counted_from_the_end(self, person: Person) -> None:
        days = [redact_at(person.program, person.case, now) for now in (ENDED, SOON, NEXT_DAY)]
        assert days == [SOON, NEXT_DAY, None]

    def test_a_case_that_goes_on_has_none(self) -> None:
        going_on = Person(program(FLOW), now=ENDED)
        assert redact_at(going_on.program, going_on.case, ENDED) is None
        assert fields_to_redact(going_on.program, going_on.case, ENDED + timedelta(days=900)) == frozenset()

    def test_what_is_worked_out_goes_with_what_it_is_worked_out_from(self, person: Person) -> None:
        assert fields_to_redact(person.program, person.case, SOON) == {"number"}
        assert fields_to_redact(person.program, person.case, NEXT_DAY) == {"number", "width", "area", "price"}


class TestRedacted:
    def test_before_its_time_nothing_is_changed(self, person: Person) -> None:
        assert redact_case(person.program, person.case, SOON - timedelta(microseconds=1)) is person.case

    def test_no_visit_holds_it(self, person: Person) -> None:
        case = redact_case(person.program, person.case, NEXT_DAY)
        assert left(person.case) - left(case) >= {"number", "width"}
        assert left(case) == {"town"}

    def test_no_question_to_a_source_holds_it(self, person: Person) -> None:
        def given(case: Case) -> list[object]:
            facts = [*case.facts, *(fact for visit in (*case.trail, *case.path) for fact in visit.facts.values())]
            return [fact.given for fact in facts]

        assert {*given(person.case)} == {("12", "Hull")}
        assert {*given(redact_case(person.program, person.case, SOON))} == {(None, "Hull")}

    def test_what_was_submitted_is_read_without_it(self, person: Person) -> None:
        case = redact_case(person.program, person.case, SOON)
        read = submitted_case(person.program, case, Actor(holds=True), person.world())
        assert read is not None
        (group,) = read.parts[0].groups
        assert [shown.field.name for shown in group.answers if shown.value is not None][-1] == "town"
        assert "number" not in {shown.field.name for shown in group.answers}

    def test_an_explanation_guesses_nothing_from_what_is_left(self, person: Person) -> None:
        person.now = NEXT_DAY
        events = person.decision.events
        before = explain(person.program, person.case, events, Person(program(FLOW), now=ENDED).world())
        after = explain(person.program, redact_case(person.program, person.case, NEXT_DAY), events, person.world())
        (moved,), (still,) = ([one for one in told if one.kind == "moved"] for told in (before, after))
        assert (moved.sure, still.sure) == (True, False)
        assert moved.reads == {"number": "12"}
        assert "number" not in still.reads
        assert ([fact.source for fact in moved.facts], still.facts) == (["register"], ())
        assert still.to == moved.to == "good"

    def test_what_reads_none_of_it_is_explained_as_before(self, person: Person) -> None:
        flow = FLOW.replace("register.known and number == '12'", "town == 'Hull'")
        made = Person(program(flow), facts={"register": {"known": True}}, now=ENDED)
        made.press(number="12", width="5", town="Hull")
        told = explain(
            made.program,
            redact_case(made.program, made.case, NEXT_DAY),
            made.decision.events,
            Person(made.program, now=NEXT_DAY).world(),
        )
        (moved,) = (one for one in told if one.kind == "moved")
        assert moved.sure
        assert moved.reads == {"town": "Hull"}
