"""Sources: the words of what they give."""

from __future__ import annotations

from flowrunner.compiler.pipeline import compile_flow
from tests.text.speaking import SPEAKER

FLOW = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: first
choices:
  standings: {good: {label: Good}, unknown: {label: Standing not known}}
  classes: {full: {label: Full}, unknown: {label: Class not known}}
sources:
  register:
    asks: [number]
    gives: {status: standings, class: classes, since: date, kind: [a, b]}
    labels: {status: Standing, a: The first}
fields:
  number: {type: text, label: Number}
steps:
  first: {title: First, fields: [number], look_up: [register], next: done}
  done: {kind: end, outcome: done, title: Done}
"""


class TestWords:
    def test_two_lists_say_the_same_value_each_in_its_words(self) -> None:
        flow = compile_flow({"small.yaml": FLOW.encode()}, "small.yaml").flow
        assert flow is not None
        source = flow.sources["register"]
        said = [source.word(*pair) for pair in (("status", "unknown"), ("class", "unknown"), ("kind", "a"))]
        assert all(text is not None and text.is_constant("en") for text in said)
        told = [text.plain("en", {}, SPEAKER) for text in said if text is not None]
        assert told == ["Standing not known", "Class not known", "The first"]
        assert source.unnamed == ("class", "since", "kind", "b")

    def test_a_label_of_nothing_is_told(self) -> None:
        compiled = compile_flow({"small.yaml": FLOW.replace("a: The", "c: The").encode()}, "small.yaml")
        assert [one.message_id for one in compiled.diagnostics] == ["FR301.unknown_fact"]
