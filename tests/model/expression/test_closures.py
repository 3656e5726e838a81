from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.model.expression.closures import switch_key
from flowrunner.model.expression.expression import Expression, Scope, compile_conditions, compile_expression
from flowrunner.model.types import NUMBER, YES_NO, choice_of, list_of
from flowrunner.span import NOWHERE

from .naive import Naive
from .trees import CONDITIONS, SCOPE, ZONE, amounts, envs, numbers, several_envs, sources


def compiled(source: str, scope: Scope = SCOPE) -> Expression:
    made = compile_expression(source, scope)
    assert isinstance(made, Expression), made
    return made


def value(source: str, **env: Any) -> Any:
    return compiled(source).evaluate(env)


class TestClosuresAgreeWithTheNaiveEvaluator:
    @settings(deadline=None, max_examples=300)
    @given(sources(), several_envs)
    def test_guards(self, source: str, several: list[dict[str, Any]]) -> None:
        expression = compiled(source)
        assert expression.type == YES_NO
        for env in several:
            found = expression.evaluate(env)
            assert isinstance(found, bool)
            assert found == Naive(env, CONDITIONS.compiled, ZONE).value(expression.tree)

    @settings(deadline=None, max_examples=200)
    @given(amounts(st.sampled_from(["agreed", "colour == 'red'"])), several_envs)
    def test_numbers(self, source: str, several: list[dict[str, Any]]) -> None:
        expression = compiled(source)
        assert expression.type == NUMBER
        for env in several:
            assert expression.evaluate(env) == Naive(env, CONDITIONS.compiled, ZONE).value(expression.tree)

    @given(numbers, numbers, st.sampled_from(["+", "-", "*", "/", "//"]))
    def test_arithmetic(self, one: Decimal, other: Decimal, sign: str) -> None:
        expression, env = compiled(f"number {sign} size"), {"number": one, "size": other}
        assert expression.evaluate(env) == Naive(env, {}, ZONE).value(expression.tree)

    @settings(deadline=None, max_examples=50)
    @given(sources(), envs)
    def test_evaluation_reads_only_what_it_says_and_changes_nothing(self, source: str, env: dict[str, Any]) -> None:
        expression = compiled(source)
        before = repr(env)
        narrow = {name: env[name] for name in env if name in expression.names or name == "_policy"}
        assert expression.evaluate(narrow) == expression.evaluate(env)
        assert repr(env) == before


class TestNothing:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("colour == 'red'", False),
            ("colour != 'red'", True),
            ("colour == other_colour", False),
            ("colour in ['red']", False),
            ("colour not in ['red']", True),
            ("'red' in colours", False),
            ("(colours | length) == 0", True),
            ("agreed", False),
            ("agreed == false", True),
            ("number < 1", False),
            ("not number < 1", True),
            ("number + 1 > 0", False),
            ("facts.known", False),
            ("colour is answered", False),
            ("colours is answered", False),
            ("agreed is answered", False),
        ],
    )
    def test_has_a_meaning(self, source: str, expected: bool) -> None:
        assert value(source) is expected

    def test_a_no_is_an_answer(self) -> None:
        assert value("agreed is answered", agreed=False) is True
        assert value("agreed is answered", agreed=None) is False


class TestNumbers:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("1 / 3", Decimal("0.3333333333333333333333333333")),
            ("0.1 + 0.2", Decimal("0.3")),
            ("1 / 0", None),
            ("1 // 0", None),
            ("0 / 0", None),
            ("7 // 2", Decimal(3)),
            ("-7 // 2", Decimal(-4)),
            ("2.5 | round", Decimal(2)),
            ("3.5 | round", Decimal(4)),
            ("2.345 | round(2)", Decimal("2.34")),
            ("(7 / 2) | floor", Decimal(3)),
            ("7 / (2.5 | ceil)", Decimal(7) / Decimal(3)),
            ("1 / 0 + 1", None),
        ],
    )
    def test_are_exact_decimals(self, source: str, expected: Decimal | None) -> None:
        assert value(source) == expected

    def test_zero_has_no_sign(self) -> None:
        assert str(value("number * 0", number=Decimal(-1))) == "0"

    def test_growth_ends_in_nothing(self) -> None:
        large = " * ".join(["9999999999999999999999999999"] * 8)
        assert value(large) is None


class TestConditions:
    def test_a_switch_obeys_the_environment(self) -> None:
        guard = compiled("not policy")
        assert guard.evaluate({}) is False
        assert guard.evaluate({switch_key("policy"): False}) is True
        assert CONDITIONS.compiled["policy"].evaluate({switch_key("policy"): False}) is False
        assert CONDITIONS.switches == {"policy"}

    def test_what_is_read_through_them_is_known(self) -> None:
        guard = compiled("red_or_large and text is answered")
        assert guard.names == {"colour", "facts", "text"}
        assert guard.reads == {"colour", "facts.count", "text"}
        assert guard.conditions == ("red_or_large",)

    def test_a_circle_is_one_mistake(self) -> None:
        sources = {"a": ("b", NOWHERE), "b": ("not c", NOWHERE), "c": ("b or d", NOWHERE), "d": ("true", NOWHERE)}
        made = compile_conditions(sources, {})
        assert {name: [one.code for one in found] for name, found in made.mistakes.items()} == {"c": ["circle"]}
        assert made.mistakes["c"][0].values == {"way": "b > c > b"}

    def test_a_condition_may_name_itself_no_more_than_others(self) -> None:
        made = compile_conditions({"a": ("a or true", NOWHERE)}, {})
        assert made.mistakes["a"][0].values == {"way": "a > a"}

    def test_a_broken_condition_is_told_once(self) -> None:
        made = compile_conditions({"a": ("colour == 'rot'", NOWHERE), "b": ("a", NOWHERE)}, SCOPE.names)
        assert set(made.mistakes) == {"a"}

    def test_conditions_that_double_the_work_are_refused(self) -> None:
        sources = {f"c{n}": (f"c{n - 1} and c{n - 1} or colour == 'red'" if n else "true", NOWHERE) for n in range(60)}
        made = compile_conditions(sources, {"colour": choice_of(["red"])})
        assert {one.code for found in made.mistakes.values() for one in found} == {"too_long"}

    def test_conditions_in_a_long_row_are_refused(self) -> None:
        sources = {f"c{n}": (f"not c{n - 1}" if n else "true", NOWHERE) for n in range(2000)}
        made = compile_conditions(sources, {})
        assert {one.code for found in made.mistakes.values() for one in found} == {"too_deep"}
        assert all(isinstance(one.evaluate({}), bool) for one in made.compiled.values())


class TestOthers:
    def test_a_list_may_be_given(self) -> None:
        names = {"colour": choice_of(["red", "blue"]), "late": YES_NO}
        wanted = list_of(names["colour"])
        made = compile_expression("['red'] if late else ['red', 'blue']", Scope(names), expected=wanted)
        assert isinstance(made, Expression)
        assert made.evaluate({"late": True}) == ("red",)

    def test_a_quoted_date_is_a_date_where_one_is_expected(self) -> None:
        assert value("today - '2026-01-01'", today=date(2026, 3, 1)) == Decimal(59)
