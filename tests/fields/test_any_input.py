"""Whatever is sent ends in a reading; whatever was read is read again from what is written back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.file import file_named
from flowrunner.i18n.words import words
from flowrunner.model.case import Inputs
from flowrunner.rules.words import say_problem
from tests.fields.test_types import context_of, make_field

CHOICES = {"choices": ["a", "b", {"value": "none", "exclusive": "true"}]}
HALVES = st.characters(categories=["Cs"])
SENT = st.one_of(
    st.text(st.one_of(st.characters(), HALVES), max_size=30),
    st.sampled_from(
        ["", " ", "1", "31", "2026", "12,345", "a", "none", "yes", "ca", "ON", "K1A 0B1", "+1 613 555 0142"]
    ),
    st.from_regex(r"[-+$]?[0-9., ]{1,40}", fullmatch=True),
    st.text("0123456789abc@.-+() \0\t\n\ufffd", max_size=20),
)
PARTS = ["", ".day", ".month", ".year", ".street", ".unit", ".city", ".province", ".postal_code", ".country", ".search"]
INPUTS = st.dictionaries(
    st.sampled_from([f"asked{part}" for part in PARTS]), st.lists(SENT, max_size=2).map(tuple), max_size=8
)
NORMALIZE = st.lists(st.sampled_from(["trim", "upper", "lower", "squeeze", "digits"]), max_size=3).map(tuple)


class TestAnyInput:
    @pytest.mark.parametrize("kind", FIELD_TYPES.names)
    @settings(max_examples=80, deadline=None)
    @given(inputs=INPUTS, optional=st.booleans(), normalize=NORMALIZE, territory=st.sampled_from(["CA", "FR", None]))
    def test_ends_in_a_reading(
        self, kind: str, inputs: Inputs, optional: bool, normalize: tuple[str, ...], territory: str | None
    ) -> None:
        field_type = FIELD_TYPES[kind]
        field = make_field(kind, {**CHOICES, "normalize": normalize}, optional=optional)
        context = Context(context_of(field).choices, territory)
        reading = field_type.read(field, inputs, context)
        assert isinstance(reading, Reading)
        assert reading.value is None or not reading.problems
        for problem in reading.problems:
            assert say_problem(words("fr", "CA"), problem, kind)
        field_type.show(field, reading.value, words("en", "CA"), "en")
        if reading.value is not None:
            again = field_type.read(field, field_type.write(field, reading.value), context)
            assert again.value == reading.value

    @pytest.mark.parametrize("kind", FIELD_TYPES.names)
    @settings(max_examples=30, deadline=None)
    @given(
        data=st.recursive(
            st.one_of(SENT, st.none(), st.booleans(), st.integers(), st.dates()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
            max_leaves=4,
        )
    )
    def test_whatever_a_scenario_writes_ends_in_a_reading(self, kind: str, data: Any) -> None:
        field = make_field(kind, CHOICES)
        assert isinstance(FIELD_TYPES[kind].parse(field, data, context_of(field)), Reading)


class TestRoundTrip:
    @given(value=st.dates(min_value=date(1000, 1, 1)))
    def test_dates(self, value: date) -> None:
        self._same("date", value)

    @given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=6))
    def test_decimals(self, value: Decimal) -> None:
        self._same("decimal", value)

    @given(value=st.integers(min_value=-(10**27), max_value=10**27).map(Decimal))
    def test_integers(self, value: Decimal) -> None:
        self._same("integer", value)

    @given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
    def test_money(self, value: Decimal) -> None:
        self._same("money", value)

    @given(value=st.booleans())
    def test_yes_and_no(self, value: bool) -> None:
        self._same("yes_no", value)

    @given(value=st.sets(st.sampled_from(["a", "b"]), min_size=1).map(lambda chosen: tuple(sorted(chosen))))
    def test_choices(self, value: tuple[str, ...]) -> None:
        self._same("choices", value)

    @given(name=st.from_regex(r"[a-z]{1,8}\.pdf", fullmatch=True))
    def test_files_that_the_shell_hands_in_again(self, name: str) -> None:
        value = (file_named(name),)
        field, kind = make_field("file"), FIELD_TYPES["file"]
        assert kind.read(field, kind.write(field, value), Context(files=value)).value == value

    def _same(self, kind: str, value: Any) -> None:
        field = make_field(kind, CHOICES)
        written = FIELD_TYPES[kind].write(field, value)
        assert FIELD_TYPES[kind].read(field, written, context_of(field)).value == value
