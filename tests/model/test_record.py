from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from flowrunner.model.case import Place, Visit
from flowrunner.model.record import replace

VISIT = Visit(1, Place("first"), datetime(2026, 3, 2, tzinfo=UTC), answers={"name": "Ada"})


class TestReplace:
    def test_it_is_what_dataclasses_make(self) -> None:
        made = replace(VISIT, pressed="next", branch=2)
        assert made == dataclasses.replace(VISIT, pressed="next", branch=2)
        assert VISIT.pressed is None
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.pressed = None  # type: ignore[misc]

    def test_a_part_that_is_not_there_is_told(self) -> None:
        with pytest.raises(TypeError, match="Visit"):
            replace(VISIT, presed="next")  # type: ignore[call-arg]

    def test_what_has_slots_is_told(self) -> None:
        @dataclasses.dataclass(frozen=True, slots=True)
        class Slotted:
            name: str

        with pytest.raises(AttributeError):
            replace(Slotted("Ada"), name="Zoé")
