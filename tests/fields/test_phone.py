"""Telephone numbers, as they stand in a box."""

from __future__ import annotations

import pytest

from flowrunner.fields.phone import Phone
from tests.fields.test_types import context_of, make_field


class TestPhone:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("+16135550142", "+1 613-555-0142"),
            ("+16135550142;ext=12", "+1 613-555-0142 ext. 12"),
            ("+33170189900", "+33 1 70 18 99 00"),
        ],
    )
    def test_a_number_stands_in_its_box_as_it_is_read(self, value: str, written: str) -> None:
        field = make_field("phone")
        sent = Phone().write(field, value)
        assert sent == {field.name: (written,)}
        assert Phone().read(field, sent, context_of(field)).value == value
