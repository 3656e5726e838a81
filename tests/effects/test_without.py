"""What leaves later, once answers are not to be kept."""

from __future__ import annotations

from typing import Any

import pytest

from flowrunner.effects.base import Leaving
from flowrunner.effects.built_in import EFFECTS
from tests.runtime.walking import program

FLOW = program("""
    flowrunner: 1
    flow: leaving
    languages: [en]
    title: Leaving
    start: ask
    sources:
      register:
        asks: [number]
        gives: {known: yes_no}
    fields:
      email: {type: email, label: Email}
      other: {type: email, label: Other}
      number: {type: text, label: Number}
    messages:
      plain: {by: [email], subject: Hello, body: "{{ number }} of {{ email }}"}
      aside: {by: [email], to: other, subject: Hello, body: "{{ number }}"}
    steps:
      ask:
        title: Ask
        fields: [email, other, number]
        next: {do: [submit, {send: plain}, {send: aside}, {call: register}], go: good}
      good: {kind: end, outcome: good, title: Good}
""").flow
PLAIN = {"message": "plain", "reads": {"email": "a@example.org", "number": "12"}}
ASIDE = {"message": "aside", "reads": {"number": "12"}}
CALL = {"source": "register", "given": {"number": "12"}}


@pytest.mark.parametrize(
    ("effect", "values", "names", "left"),
    [
        ("send", PLAIN, {"number"}, {"message": "plain", "reads": {"email": "a@example.org"}}),
        ("send", PLAIN, {"email"}, None),
        ("send", ASIDE, {"email"}, ASIDE),
        ("send", ASIDE, {"other"}, None),
        ("call", CALL, {"email"}, CALL),
        ("call", CALL, {"number"}, None),
    ],
)
class TestWithout:
    def test_what_is_left(self, effect: str, values: Any, names: set[str], left: Any) -> None:
        made = EFFECTS[effect]
        assert isinstance(made, Leaving)
        assert made.without(values, FLOW, frozenset(names)) == left
