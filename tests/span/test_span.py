from __future__ import annotations

import pytest

from flowrunner.span import NOWHERE, Span


class TestSpan:
    def test_it_is_written_as_editors_read_it(self) -> None:
        assert str(Span("flows/a.yaml", 3, 7, 3, 12)) == "flows/a.yaml:3:7"

    def test_spans_sort_by_file_then_place(self) -> None:
        first, second, third = Span("a", 2, 9, 2, 10), Span("a", 10, 1, 10, 2), Span("b", 1, 1, 1, 2)
        assert sorted([third, second, first]) == [first, second, third]

    def test_a_span_is_a_value(self) -> None:
        assert Span("", 1, 1, 1, 1) == NOWHERE
        with pytest.raises(AttributeError, match="immutable"):
            NOWHERE.line = 2  # type: ignore[misc]
