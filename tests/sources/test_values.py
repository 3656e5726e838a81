"""Plain data becomes typed values, or a reason that repeats nothing of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.types import (
    ADDRESS,
    DATE,
    FILE,
    MOMENT,
    NUMBER,
    TEXT,
    UNKNOWN,
    YES_NO,
    Type,
    choice_of,
    list_of,
    record_of,
)
from flowrunner.sources.values import characters_of, parse_value

COLOURS = choice_of(["red", "green"])
TYPES = [TEXT, NUMBER, DATE, MOMENT, YES_NO, COLOURS, list_of(NUMBER), ADDRESS, UNKNOWN, FILE, record_of({"a": NUMBER})]


class TestParseValue:
    @pytest.mark.parametrize(
        ("data", "expected", "value"),
        [
            (" Tremblay ", TEXT, "Tremblay"),
            ("", TEXT, None),
            (None, NUMBER, None),
            ("12.50", NUMBER, Decimal("12.5")),
            (12, NUMBER, Decimal(12)),
            ("-3", NUMBER, Decimal(-3)),
            ("2026-03-02", DATE, date(2026, 3, 2)),
            (date(2026, 3, 2), DATE, date(2026, 3, 2)),
            ("2026-03-02T09:00:00+00:00", MOMENT, datetime(2026, 3, 2, 9, tzinfo=UTC)),
            ("true", YES_NO, True),
            (True, YES_NO, True),
            ("no", YES_NO, False),
            ("red", COLOURS, "red"),
            (["red", "green"], list_of(COLOURS), ("red", "green")),
            ("red", list_of(COLOURS), ("red",)),
            (None, list_of(COLOURS), ()),
            ([], list_of(ADDRESS), ()),
            ({"city": "Ottawa", "unit": ""}, ADDRESS, {"city": "Ottawa"}),
            ({"a": "1"}, record_of({"a": NUMBER}), {"a": Decimal(1)}),
        ],
    )
    def test_reads(self, data: Any, expected: Type, value: Any) -> None:
        assert parse_value(data, expected) == value

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ("1,5", NUMBER),
            ("1e5", NUMBER),
            ("NaN", NUMBER),
            ("٣", NUMBER),
            ("9" * 29, NUMBER),
            ("2026-3-2", DATE),
            ("2026-02-30", DATE),
            ("2026-03-02T09:00:00", MOMENT),
            ("maybe", YES_NO),
            ("blue-secret", COLOURS),
            (["red", "blue-secret"], list_of(COLOURS)),
            (["red"], COLOURS),
            ({"a": 1}, TEXT),
            ({"a": 1}, list_of(TEXT)),
            ("12 Main Street", ADDRESS),
            ({"planet": "Mars"}, ADDRESS),
            ("scan.pdf", FILE),
        ],
    )
    def test_refuses_and_repeats_nothing(self, data: Any, expected: Type) -> None:
        with pytest.raises(ValueError, match=r".+") as raised:
            parse_value(data, expected)
        assert "secret" not in str(raised.value)

    @given(
        data=st.recursive(
            st.one_of(st.text(), st.none(), st.booleans(), st.integers(), st.floats(), st.dates()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        ),
        expected=st.sampled_from(TYPES),
    )
    def test_raises_nothing_but_value_errors(self, data: Any, expected: Type) -> None:
        try:
            parse_value(data, expected)
        except ValueError:
            return

    @given(value=st.one_of(st.booleans(), st.dates(date(1000, 1, 1)), st.integers(-(10**20), 10**20).map(Decimal)))
    def test_characters_are_read_again(self, value: Any) -> None:
        expected = YES_NO if isinstance(value, bool) else DATE if isinstance(value, date) else NUMBER
        assert parse_value(characters_of(value), expected) == value

    def test_one_number_has_one_spelling(self) -> None:
        assert characters_of(Decimal("1.50")) == characters_of(Decimal("1.5")) == "1.5"
        assert characters_of(Decimal(100)) == "100"
