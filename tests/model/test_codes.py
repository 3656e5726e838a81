"""One-time codes: derived, compared as people type them, counted, and bounded."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model import codes
from flowrunner.model.case import CodeState
from flowrunner.model.flow import Code
from flowrunner.model.record import replace

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CODE = Code("check", 6, "digits", tries=3, tries_a_day=5)
STATE = CodeState("nonce", "1", NOW, NOW + timedelta(minutes=10))


def seal(key_id: str, message: bytes) -> bytes:
    return hmac.new(key_id.encode(), message, hashlib.sha256).digest()


def value(code: Code = CODE, state: CodeState = STATE, case: str = "case", bound: tuple[str, ...] = ()) -> str:
    return codes.derive(code, state, case, bound, seal)


class TestDeriving:
    """The same until its nonce, key, case or a bound answer changes."""

    @given(st.integers(4, 12), st.sampled_from(["digits", "unambiguous"]), st.text(max_size=20))
    def test_it_has_its_length_and_its_letters(self, length: int, alphabet: str, nonce: str) -> None:
        code = Code("check", length, "digits" if alphabet == "digits" else "unambiguous")
        made = value(code, replace(STATE, nonce=nonce.encode("utf-8", "replace").hex()))
        assert len(made) == length
        assert set(made) <= set(codes.ALPHABETS[alphabet])

    def test_the_same_inputs_give_the_same_value(self) -> None:
        assert value() == value(state=replace(STATE, wrong=2, sent=NOW))

    def test_anything_that_it_hangs_on_gives_another(self) -> None:
        long = Code("check", 12, "unambiguous")
        others = {
            value(long),
            value(replace(long, name="other")),
            value(long, case="another"),
            value(long, bound=("a",)),
            value(long, bound=("b",)),
            value(long, replace(STATE, nonce="other")),
            value(long, replace(STATE, key_id="2")),
        }
        assert len(others) == 7

    def test_the_unambiguous_letters_hold_none_taken_for_another(self) -> None:
        assert not set("IO01") & set(codes.ALPHABETS["unambiguous"])
        assert len(codes.ALPHABETS["unambiguous"]) == 32

    def test_an_expression_reads_it_and_its_end(self) -> None:
        shown = codes.ShownCode("123456", NOW)
        assert shown == "123456"
        assert [shown.get(key) for key in ("value", "expires", "other")] == ["123456", NOW, None]
        assert shown["value"] == "123456"
        assert shown[0] == "1"


class TestComparing:
    """Spaces, hyphens and case do not count; every other character does."""

    @pytest.mark.parametrize("typed", ["ABC234", "abc234", " abc 234 ", "ABC-234", "a-b-c-2-3-4"])
    def test_as_people_type_it(self, typed: str) -> None:
        assert codes.same(typed, "ABC234")

    @pytest.mark.parametrize("typed", ["", "ABC23", "ABC2345", "ABC235", "\ud800", "é", "ABC234\x00"])
    def test_not_the_same(self, typed: str) -> None:
        assert not codes.same(typed, "ABC234")


class TestLiving:
    """Out of time, out of tries or used: no longer live."""

    def test_it_lives_until_the_last_moment(self) -> None:
        assert codes.live(CODE, STATE, NOW, STATE.expires)
        assert codes.live(CODE, STATE, NOW + timedelta(minutes=10), STATE.expires)
        assert not codes.live(CODE, STATE, NOW + timedelta(minutes=10, microseconds=1), STATE.expires)
        assert codes.live(CODE, STATE, NOW + timedelta(days=900), None)

    def test_what_is_not_there_spent_or_tried_out_does_not_live(self) -> None:
        assert not codes.live(CODE, None, NOW, None)
        assert not codes.live(CODE, replace(STATE, spent=NOW), NOW, None)
        assert not codes.live(CODE, replace(STATE, wrong=3), NOW, None)

    def test_wrong_tries_count_for_the_value_and_for_the_day(self) -> None:
        state = STATE
        for _ in range(3):
            assert not codes.used_up(CODE, state, TODAY)
            state = codes.count_wrong(state, TODAY)
        assert (state.wrong, state.wrong_on) == (3, (TODAY, 3))
        assert codes.used_up(CODE, state, TODAY)
        assert not codes.blocked_today(CODE, state, TODAY)

    def test_another_day_begins_again(self) -> None:
        state = replace(STATE, wrong_on=(TODAY, 5))
        tomorrow = TODAY + timedelta(days=1)
        assert codes.blocked_today(CODE, state, TODAY)
        assert codes.used_up(CODE, state, TODAY)
        assert not codes.used_up(CODE, state, tomorrow)
        assert codes.wrong_today(state, tomorrow) == 0
        assert codes.count_wrong(state, tomorrow).wrong_on == (tomorrow, 1)

    def test_without_bounds_it_is_never_used_up(self) -> None:
        free = Code("check", 6, "digits")
        assert not codes.used_up(free, replace(STATE, wrong=999, wrong_on=(TODAY, 999)), TODAY)
        assert not codes.blocked_today(free, replace(STATE, wrong_on=(TODAY, 999)), TODAY)
