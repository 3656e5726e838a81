"""`submit` numbers, dates and freezes what was answered."""

from __future__ import annotations

import re
from typing import Any

from flowrunner.effects.base import Change, Effect
from flowrunner.model.codes import ALPHABETS
from flowrunner.model.flow import EffectUse
from flowrunner.model.graph import SUBMITTED

LENGTH = 10
_GAPS = re.compile(r"[\W_]+")


class Submit(Effect):
    name = "submit"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        if "submitted" in change.case.moments:
            return
        reference = reference_number(change.draw("reference"))
        change.update(reference=reference, moments={**change.case.moments, "submitted": change.now})
        change.env["submitted"] = change.now
        change.env["case"] = {**change.env["case"], "reference": reference, "submitted": change.now}
        change.do("submit", {"reference": reference})

    def sets(self, argument: Any) -> frozenset[str]:
        return frozenset({SUBMITTED, "case.reference"})


def reference_number(chance: bytes) -> str:
    """Ten characters that cannot be taken for one another: 50 bits, in two groups that are easy to read aloud."""
    letters = ALPHABETS["unambiguous"]
    number = int.from_bytes(chance, "big")
    characters = "".join(letters[(number >> 5 * place) & 31] for place in range(LENGTH))
    return read_reference(characters)


def read_reference(typed: str) -> str:
    """A reference number as it was made, however somebody writes it down: in small letters, with other gaps or none."""
    letters = _GAPS.sub("", typed).upper()
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"
