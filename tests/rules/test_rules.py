"""Every rule judges what its cases say, and has words in every language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml

from flowrunner.i18n.translations import MissingWord, languages
from flowrunner.i18n.words import words
from flowrunner.model.case import FileRef, Problem
from flowrunner.model.types import DATE, FILE, NUMBER, TEXT, YES_NO, list_of
from flowrunner.rules.base import Rule
from flowrunner.rules.built_in import RULES
from flowrunner.rules.pattern import LONGEST_PATTERN, compile_pattern
from flowrunner.rules.words import say_problem, word_of

WRITTEN = (Path(__file__).parent / "cases/rules.yaml").read_text(encoding="utf-8")
CASES = yaml.load(WRITTEN, Loader=yaml.BaseLoader)  # noqa: S506 - this loader makes characters and nothing else


def file_of(content: str, name: str = "scan.pdf") -> FileRef:
    return FileRef(f"{name}-{content}", name, "pdf", 10, content)


VALUES: dict[str, Any] = {
    "text": str,
    "count": str,
    "counted": tuple,
    "number": Decimal,
    "date": date.fromisoformat,
    "texts": str,
    "lists": tuple,
    "files": lambda contents: tuple(file_of(content) for content in contents),
    "guard": str,
}
BOUNDS: dict[str, Any] = {
    **VALUES,
    "count": int,
    "counted": int,
    "texts": tuple,
    "files": lambda contents: tuple(file_of(content, "other.jpg") for content in contents),
    "guard": lambda written: written == "true",
}


def judged() -> Iterator[Any]:
    for case in CASES:
        rule, kind = RULES[case["rule"]], case.get("as", "text")
        bound = compile_pattern(case["bound"]) if rule.takes == "pattern" else BOUNDS[kind](case["bound"])
        for answer in ("satisfied", "broken"):
            for value in case[answer]:
                ident = f"{rule.name}-{case['bound']}-{value}"
                yield pytest.param(rule, VALUES[kind](value), bound, answer == "satisfied", id=ident)


class TestRules:
    @pytest.mark.parametrize(("rule", "value", "bound", "satisfied"), list(judged()))
    def test_judges(self, rule: Rule, value: Any, bound: Any, satisfied: bool) -> None:
        assert rule.judge(value, bound) is satisfied

    def test_every_rule_has_cases(self) -> None:
        assert {case["rule"] for case in CASES} == set(RULES.names)

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}-{case.get('as', 'text')}")
    def test_has_words(self, language: str, case: dict[str, Any]) -> None:
        rule, kind = RULES[case["rule"]], case.get("as", "text")
        bound = compile_pattern(case["bound"]) if rule.takes == "pattern" else BOUNDS[kind](case["bound"])
        said = say_problem(words(language, "CA"), Problem("f", rule.name, rule.values(bound)))
        assert said.endswith(".")
        assert "{" not in said

    @pytest.mark.parametrize(
        ("name", "fitting"),
        [
            ("pattern", {"text"}),
            ("max_length", {"text"}),
            ("min", {"number", "date"}),
            ("after", {"date"}),
            ("one_of", {"text", "number", "date"}),
            ("at_least", {"list"}),
            ("different_from", {"text", "number", "date", "yes_no", "list"}),
            ("must", {"text", "number", "date", "yes_no", "list"}),
        ],
    )
    def test_fits_types(self, name: str, fitting: set[str]) -> None:
        types = (TEXT, NUMBER, DATE, YES_NO, list_of(FILE))
        assert {one.kind for one in types if RULES[name].fits(one)} == fitting

    def test_never_tells_the_other_answer(self) -> None:
        secret = "correct horse"
        assert not RULES["same_as"].values(secret)
        assert not RULES["different_from"].values(secret)


class TestPatterns:
    @pytest.mark.parametrize(
        "source", ["(", r"(a)\1", "a(?=b)", "[z-a]", "a{2000}", "x" * (LONGEST_PATTERN + 1), "\ud800"]
    )
    def test_refuses_what_it_cannot_hold(self, source: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            compile_pattern(source)

    def test_takes_linear_time(self) -> None:
        began = perf_counter()
        assert not RULES["pattern"].judge("a" * 10_000 + "!", compile_pattern("(a*)*(a*)*b"))
        assert perf_counter() - began < 1

    def test_refuses_half_a_character(self) -> None:
        assert not RULES["pattern"].judge("\ud800", compile_pattern(".*"))


class TestWordsOfProblems:
    def test_looks_for_its_own_kind_then_the_field_then_the_code(self) -> None:
        said = words("en", "CA")
        assert word_of(said, Problem("a", "required", {"kind": "city"}), "address") == "problem.required.city"
        assert word_of(said, Problem("a", "required"), "choice") == "problem.required.choice"
        assert word_of(said, Problem("a", "required", {"kind": "another"}), "of_a_plugin") == "problem.required"

    def test_takes_the_plural_that_goes_with_n(self) -> None:
        problem = RULES["min_length"].values(Decimal(1)), RULES["min_length"].values(12)
        one, many = (say_problem(words("en"), Problem("a", "min_length", values)) for values in problem)
        assert "1 character " in one
        assert "12 characters " in many

    def test_writes_money_and_dates_as_the_territory_does(self) -> None:
        french = words("fr", "CA")
        assert "1\N{NO-BREAK SPACE}500,00" in say_problem(
            french, Problem("a", "min", {"bound": Decimal(1500)}), "money"
        )
        values = RULES["after"].values(date(2016, 7, 31))
        assert "31\N{NO-BREAK SPACE}juillet 2016" in say_problem(french, Problem("a", "after", values))

    def test_a_code_without_words_is_told(self) -> None:
        with pytest.raises(MissingWord, match="nothing_of_the_kind"):
            say_problem(words("en"), Problem("a", "nothing_of_the_kind"))
