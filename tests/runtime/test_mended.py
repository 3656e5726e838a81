"""Slips of the interpreter that were found by reading it, each held by the smallest flow that shows it."""

from __future__ import annotations

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
