"""Slips of the interpreter that were found by reading it, each held by the smallest flow that shows it."""

from __future__ import annotations

from flowrunner.runtime.timers import next_due
from tests.runtime.walking import Person, program

HEAD = """
    flowrunner: 1
    flow: mended
    languages: [en]
    time_zone: America/Toronto
    title: Mended
    start: first
"""


class TestFactsOfTheOwnStep:
    """A rule may read what its own step looked up, whenever it is judged."""

    PROGRAM = program(
        HEAD
        + """
    sources:
      register: {asks: [number], gives: {known: yes_no}}
    fields:
      number: {type: text, label: Number, rules: [{must: register.known}]}
      name: {type: text, label: Name}
    steps:
      first: {fields: [number], look_up: [register], next: second}
      second: {fields: [name], next: done}
      done: {kind: end, outcome: done, title: Done}
"""
    )

    def test_it_passes_when_it_is_sent_and_when_it_is_walked_again(self) -> None:
        person = Person(self.PROGRAM, facts={"register": {"known": True}})
        person.press(number="1")
        assert person.press(name="Ann").show == "done"
        assert person.steps == ["first", "second", "done"]

    def test_it_refuses_what_the_source_refuses(self) -> None:
        person = Person(self.PROGRAM, facts={"register": {"known": False}})
        person.press(number="1")
        assert person.problems == {"number": "must"}


class TestDecisions:
    """A decision is taken as on the day of the page that led to it."""

    PROGRAM = program(
        HEAD
        + """
    fields:
      number: {type: text, label: Number}
      name: {type: text, label: Name}
    steps:
      first: {fields: [number], next: choose}
      choose: {kind: decision, next: [{when: today < '2026-03-05', go: early}, {go: late}]}
      early: {fields: [name], next: done}
      late: {title: Late, next: done}
      done: {kind: end, outcome: done, title: Done}
"""
    )

    def test_a_later_day_does_not_change_the_path(self) -> None:
        person = Person(self.PROGRAM)
        person.press(number="1")
        person.wait(days=9)
        person.press(name="Ann")
        assert person.steps == ["first", "choose", "early", "done"]

    def test_sending_the_page_on_a_later_day_does(self) -> None:
        person = Person(self.PROGRAM)
        person.press(number="1")
        person.wait(days=9)
        person.press(step="first", number="1")
        assert person.steps == ["first", "choose", "late"]


class TestTimers:
    """What is due fires from where it leads anywhere, and answers that were not sent are none."""

    def test_one_that_has_led_to_its_step_blocks_no_other(self) -> None:
        person = Person(
            program(
                HEAD
                + """
    timers:
      one: {after: 1 day, since: begun, until: submitted, go: waiting}
      two: {after: 2 days, in: waiting, go: late}
    steps:
      first: {title: First, enter: [{remember: begun}], next: done}
      waiting: {kind: wait, title: Waiting}
      late: {kind: end, outcome: late, title: Late}
      done: {kind: end, outcome: done, title: Done}
"""
            )
        )
        assert person.wait(days=2).show == "waiting"
        assert person.wait(days=9).show == "late"
        assert next_due(person.program, person.case, person.world()) is None

    def test_what_was_offered_again_and_not_sent_is_not_settled(self) -> None:
        person = Person(
            program(
                HEAD
                + """
    fields:
      name: {type: text, label: Name}
    timers:
      two: {after: 2 days, in: first, go: late}
    steps:
      first: {fields: [name], next: second}
      second: {title: Second, actions: {again: {label: Again, return: first}}, next: done}
      late: {title: Late, next: done}
      done: {kind: end, outcome: done, title: Done}
"""
            )
        )
        person.press(name="Ann")
        person.press("again")
        assert person.wait(days=9).show == "late"
        assert person.env().get("name") is None
        assert [dict(visit.answers) for visit in person.case.trail] == [{}]

    def test_one_that_returns_is_read_with_its_round(self) -> None:
        person = Person(
            program(
                HEAD
                + """
    timers:
      two: {after: 2 days, in: waiting, return: choose}
    steps:
      first: {title: First, next: {do: [submit], go: choose}}
      choose: {kind: decision, next: [{when: case.round > 1, go: second}, {go: waiting}]}
      waiting: {title: Waiting, next: second}
      second: {title: Second, next: done}
      done: {kind: end, outcome: done, title: Done}
"""
            )
        )
        person.press()
        assert person.wait(days=9).show == "second"
        assert person.case.round == 2


class TestRecords:
    """A side step is settled with the facts that it was decided with."""

    def test_they_are_in_the_trail(self) -> None:
        made = program(
            HEAD
            + """
    sources:
      register: {asks: [number], gives: {known: yes_no}}
    fields:
      number: {type: text, label: Number}
    steps:
      first: {fields: [number], next: {do: [submit], go: second}}
      second:
        title: Second
        content:
          - summary: [{fields: [number], change: change_number}]
        next: done
      change_number: {fields: [number], look_up: [register], next: back}
      done: {kind: end, outcome: done, title: Done}
"""
        )
        person = Person(made, facts={"register": {"known": True}})
        person.press(number="1")
        person.press(step="change_number", number="2")
        assert {name: fact.given for name, fact in person.case.trail[-1].facts.items()} == {"register": ("2",)}


class TestQuestions:
    """A source can be asked with any answer."""

    def test_with_an_address_and_with_choices(self) -> None:
        made = program(
            HEAD
            + """
    territory: CA
    sources:
      nearby: {asks: [home, tools], gives: {known: yes_no}}
    fields:
      home: {type: address, label: Home}
      tools: {type: choices, label: Tools, choices: {spade: {label: Spade}, rake: {label: Rake}}}
    steps:
      first: {title: First, fields: [home, tools], look_up: [nearby], next: done}
      done: {kind: end, outcome: done, title: Done}
"""
        )
        person = Person(made, facts={"nearby": {"known": True}})
        home = {"street": "1 Main Street", "city": "Ottawa", "province": "ON", "postal_code": "K1A 0B1"}
        for _ in range(2):
            person.press(step="first", home={**home, "country": "CA"}, tools=["spade", "rake"])
        assert person.steps == ["first", "done"]
        assert person.asked == ["nearby"]
