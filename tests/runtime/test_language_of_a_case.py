"""A case speaks its owner's language: letters go out in it, whatever language somebody of the staff reads in."""

from __future__ import annotations

from tests.runtime.walking import Person, program

PROGRAM = program(
    """
    flowrunner: 1
    flow: spoken
    languages: [en, fr]
    time_zone: America/Toronto
    title: Spoken
    start: first
    roles: {clerk: {staff: true}}
    fields:
      name: {type: text, label: Name}
      why: {type: text, label: Why}
    steps:
      first:
        fields: [name]
        next: {do: [submit], go: waiting}
      waiting:
        kind: wait
        role: clerk
        title: Wait
        actions:
          ask: {label: Ask, fields: [why]}
          close: {label: Close, go: done}
      done: {kind: end, outcome: done, title: Done}
"""
)


class TestLanguage:
    def test_the_owner_changes_it_with_the_page(self) -> None:
        person = Person(PROGRAM, language="en")
        person.language = "fr"
        person.press(name="Anne")
        assert person.case.language == "fr"

    def test_staff_does_not(self) -> None:
        person = Person(PROGRAM, language="fr")
        person.press(name="Anne")
        person.role, person.language = "clerk", "en"
        person.press("ask", why="It is not clear.")
        assert person.case.language == "fr"
        person.press("close")
        assert (person.case.step, person.case.language) == ("done", "fr")
