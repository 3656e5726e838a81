from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.model.expression.expression import Expression, compile_expression
from flowrunner.model.expression.parse import parse_expression
from flowrunner.model.mistake import CODES, Mistake
from flowrunner.model.types import YES_NO

from .trees import SCOPE, sources

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "mistakes.yaml").read_text("utf-8"))
ROOM = Path(__file__).parents[3] / "src" / "flowrunner" / "model"

WORDS = """
colour text number facts . ( ) [ ] { } , | == != < in not and or if else is answered true none + - * / // ** % ~ 'red'
"x" 1 1.5 upper length plus('1day') __class__ : = \\ ' {{ }} {% #} _ ; é \0
"""


def mistakes(source: str) -> tuple[Mistake, ...]:
    made = compile_expression(source, SCOPE, expected=YES_NO)
    assert not isinstance(made, Expression), made
    return made


class TestMistakes:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["guard"])
    def test_are_told_where_they_stand(self, case: dict[str, Any]) -> None:
        source = case["guard"]
        first = mistakes(source)[0]
        assert first.code == case["code"]
        assert first.nearest == case.get("nearest")
        if "at" in case:
            assert source[first.offset : first.offset + first.length] == case["at"]

    def test_are_all_told_in_their_order(self) -> None:
        found = mistakes("colur == 'red' and facts.color == 'x' or number == text")
        assert [one.code for one in found] == ["unknown_name", "no_such_key", "different_types"]

    def test_every_code_is_listed_and_every_listed_code_is_used(self) -> None:
        written = "".join(path.read_text("utf-8") for path in ROOM.rglob("*.py") if path.name != "mistake.py")
        used = set(re.findall(r'(?:Mistake\(|code=|_slip\([a-z.]+, |code = )"([a-z_]+)"', written))
        used |= set(re.findall(r'"(not_a_yes_no|wrong_type)"', written))
        assert used == set(CODES)


class TestBounds:
    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ("(" * 240 + "agreed" + ")" * 240, "too_deep"),
            ("[" * 240 + "]" * 240, "too_deep"),
            ("{" * 240 + "}" * 240, "too_deep"),
            ("(" * 5000, "too_deep"),
            ("a" * 1_000_000, "too_long"),
            ("(" * 1_000_000, "too_long"),
            ("not " * 1900 + "agreed", "too_deep"),
            ("- " * 1900 + "number", "too_deep"),
            ("true if agreed else " * 450 + "true", "too_deep"),
            (" + ".join(["number"] * 900), "too_deep"),
            (" and ".join(["agreed"] * 1900), "too_long"),
            ("text" + " | upper" * 900, "too_deep"),
            ("facts" + ".facts" * 900, "too_deep"),
        ],
        ids=lambda value: value[:12],
    )
    def test_what_is_too_much_ends_in_a_mistake(self, source: str, code: str) -> None:
        started = time.process_time()
        assert [one.code for one in mistakes(source)] == [code]
        assert time.process_time() - started < 1

    def test_a_long_plain_guard_is_fine(self) -> None:
        values = ", ".join(f"'v{n}'" for n in range(900))
        assert isinstance(compile_expression(f"text in [{values}]", SCOPE), Expression)
        several = " or ".join(["colour == 'red'"] * 400)
        assert isinstance(compile_expression(several, SCOPE), Expression)

    @settings(deadline=None, max_examples=300)
    @given(st.text(max_size=80) | st.binary(max_size=80).map(lambda found: found.decode("utf-8", "surrogateescape")))
    def test_any_characters_end_in_a_tree_or_a_mistake(self, source: str) -> None:
        found = parse_expression(source)
        if isinstance(found, Mistake):
            assert found.code in CODES
            assert 0 <= found.offset <= len(source)

    @settings(deadline=None, max_examples=300)
    @given(
        st.lists(
            st.sampled_from([*WORDS.split(), "\n"]),
            max_size=25,
        ).map(" ".join)
    )
    def test_any_words_end_in_an_expression_or_mistakes(self, source: str) -> None:
        found = compile_expression(source, SCOPE)
        if isinstance(found, Expression):
            found.evaluate({})
        else:
            assert found
            assert {one.code for one in found} <= set(CODES)

    @settings(deadline=None, max_examples=100)
    @given(sources(), st.data())
    def test_one_character_torn_out_ends_in_an_expression_or_mistakes(self, source: str, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(source) - 1))
        found = compile_expression(source[:at] + source[at + 1 :], SCOPE, expected=YES_NO)
        assert isinstance(found, Expression) or found
