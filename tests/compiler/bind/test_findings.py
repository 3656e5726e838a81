"""Mistakes become diagnostics that are told wholly in the language of whoever reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic, Filling, Term
from flowrunner.i18n.words import words
from flowrunner.model.duration import parse_duration
from flowrunner.model.expression.expression import Expression, Scope, compile_conditions, compile_expression
from flowrunner.model.expression.filters import FILTERS, TESTS, WORDS
from flowrunner.model.expression.hole import compile_hole
from flowrunner.model.mistake import CODES, Mistake
from flowrunner.model.types import DATE, MOMENT, NUMBER, TEXT, YES_NO, choice_of, list_of, record_of
from flowrunner.span import NOWHERE, Span

NAMES = {
    "colour": choice_of(("red", "green")),
    "colours": list_of(TEXT),
    "agreed": YES_NO,
    "number": NUMBER,
    "born": DATE,
    "begun": MOMENT,
    "facts": record_of({"colour": TEXT, "count": NUMBER}),
}
SCOPE = Scope(NAMES)
GUARDS = {
    "bad_arguments": "(number | round(2.5)) > 1",
    "bad_string": "facts.colour == 'a\\x41'",
    "chained": "1 < number < 5",
    "different_types": "number == colours",
    "empty": " ",
    "needs_brackets": "number / 2 | floor > 1",
    "never_a_list": "colour in number",
    "no_keys": "colour.x",
    "no_such_key": "facts.color == 'x'",
    "not_a_date": "born > 'text'",
    "not_a_duration": "(born | plus('text')) > born",
    "not_a_number": "number > 1e9",
    "not_a_yes_no": "colours",
    "not_allowed": "number == none",
    "not_comparable": "colours == ['x']",
    "not_ordered": "facts.colour < 'b'",
    "syntax": "agreed and",
    "too_deep": "(" * 240 + "agreed" + ")" * 240,
    "too_long": "a" * 30_000,
    "too_long_duration": "(begun | plus('90000 days')) > begun",
    "too_many_digits": "number > 12345678901234567890123456789",
    "unknown_filter": "number | flor > 1",
    "unknown_name": "agred",
    "unknown_test": "number is defined",
    "unknown_unit": "(born | plus('30 dayz')) > born",
    "unknown_value": "colour == 'rad'",
    "whole_days": "(born | plus('2 hours')) > born",
    "words_only": "(born | date) == 'x'",
    "wrong_type": "number + colours > 1",
}
MORE = {
    "bad_arguments": ["{colours | bullets('x')}", "number is answered(1)", "(number | floor(1)) > 1"],
    "syntax": ["colours in in colours"],
    "wrong_type": ["{facts}", "{number | bullets}"],
    "not_allowed": ["agreed()", "colours[0] == 'x'", "agreed if agreed"],
    "never_a_list": ["agreed in facts"],
}


def mistakes(source: str) -> tuple[Mistake, ...]:
    """Those of a guard, or in braces of what fills a hole."""
    hole = source.startswith("{")
    made = compile_hole(source.strip("{}"), SCOPE) if hole else compile_expression(source, SCOPE, expected=YES_NO)
    assert isinstance(made, tuple), source
    return made


def every_mistake() -> Iterator[tuple[str, Mistake]]:
    for code, source in [*GUARDS.items(), *((code, one) for code, several in MORE.items() for one in several)]:
        yield source, next(one for one in mistakes(source) if one.code == code)
    circle = compile_conditions({"one": ("two", NOWHERE), "two": ("one", NOWHERE)}, NAMES).mistakes
    yield "one > two", next(iter(circle.values()))[0]
    for source in ("number", "90000 days", "3 moons"):
        made = parse_duration(source)
        assert isinstance(made, Mistake)
        yield source, made


ALL = list(every_mistake())
OF_THE_LANGUAGE = {*FILTERS, *TESTS, *WORDS, *NAMES["facts"].keys, *NAMES["colour"].values, "( )", "[ ]"}


def told(source: str, mistake: Mistake) -> Diagnostic:
    findings = Findings({"flow.yaml": [source]})
    findings.mistake(mistake, Span("flow.yaml", 1, 1, 1, 2))
    return findings.all[0]


def any_language_reads(value: Filling, source: str) -> bool:
    """Whether it is a word of the catalogue, a number, a sign, or what the author or the language calls something."""
    if isinstance(value, Term):
        return all(f"term.{value.id}" in words(language) for language in ("en", "fr"))
    pieces = re.split(", | > ", str(value))
    return all(
        piece in source or piece in OF_THE_LANGUAGE or not re.search("[A-Za-z]", re.sub("'.*?'", "", piece))
        for piece in pieces
    )


class TestMistakes:
    def test_all_are_here(self) -> None:
        assert {mistake.code for _, mistake in ALL} == set(CODES)

    @pytest.mark.parametrize(("source", "mistake"), ALL, ids=lambda one: getattr(one, "code", str(one)[:30]))
    def test_no_phrase_of_one_language_fills_them(self, source: str, mistake: Mistake) -> None:
        one = told(source, mistake)
        assert [name for name, value in one.values.items() if not any_language_reads(value, source)] == []

    @pytest.mark.parametrize(("source", "mistake"), ALL, ids=lambda one: getattr(one, "code", str(one)[:30]))
    def test_each_language_tells_them_in_its_own_words(self, source: str, mistake: Mistake) -> None:
        one = told(source, mistake)
        said = [(one.message(words(language)), one.help(words(language))) for language in ("en", "fr")]
        assert said[0][0] != said[1][0]
        assert all(sentence and way_out and "{" not in sentence for sentence, way_out in said)

    def test_what_the_author_wrote_is_never_taken_for_the_name_of_a_type(self) -> None:
        source = GUARDS["not_a_duration"]
        assert told(source, mistakes(source)[0]).values["found"] == "text"
        assert told("x", mistakes("number + colours > 1")[0]).values["found"] == Term("type_list")

    def test_a_sound_guard_has_none(self) -> None:
        assert isinstance(compile_expression("agreed", SCOPE, expected=YES_NO), Expression)


class TestNameOfAFlow:
    def test_the_desk_is_that_of_all_flows(self) -> None:
        written = (
            "flowrunner: 1\nflow: desk\nlanguages: [en]\ntitle: T\nstart: only\nsteps:\n"
            "  only: {kind: end, outcome: over, title: Over}\n"
        )
        (found,) = compile_flow({"flow.yaml": written.encode()}, "flow.yaml").diagnostics
        assert (found.code, found.variant, found.span.line) == ("FR305", "reserved", 2)
