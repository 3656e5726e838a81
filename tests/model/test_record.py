from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from flowrunner.model.case import Place, Visit
from flowrunner.model.record import replace
from flowrunner.model.types import TEXT

VISIT = Visit(1, Place("first"), datetime(2026, 3, 2, tzinfo=UTC), answers={"name": "Ada"})


class TestReplace:
    def test_the_rest_is_as_it_was(self) -> None:
        made = replace(VISIT, pressed="next", branch=2)
        assert made == Visit(1, VISIT.place, VISIT.since, answers={"name": "Ada"}, pressed="next", branch=2)
        assert VISIT.pressed is None
        with pytest.raises(AttributeError):
            made.pressed = None  # type: ignore[misc]

    def test_a_part_that_is_not_there_is_told(self) -> None:
        with pytest.raises(TypeError, match="Visit"):
            replace(VISIT, presed="next")  # type: ignore[call-arg]

    def test_dataclasses_are_records_too(self) -> None:
        assert dataclasses.is_dataclass(TEXT)
        assert replace(TEXT, choices="ways").choices == "ways"
