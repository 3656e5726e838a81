"""The size of an input: how wide, and for which characters."""

from __future__ import annotations

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Field
from flowrunner.web.localizer import Localizer


def width_of(about: Field, voice: Localizer) -> int:
    """How many characters the box should look made for; 0 is as wide as the column."""
    kind = FIELD_TYPES[about.kind]
    if kind.is_code:
        return voice.flow.codes[about.options["code"]].length + 2
    bounds = [use.bound for use in about.rules if use.rule == "max_length" and isinstance(use.bound, int)]
    if bounds and min(bounds) <= 20:
        return min(bounds)
    lengths = [len(example.value) for example in about.valid if isinstance(example.value, str)]
    if kind.sized_by_example and lengths and max(lengths) <= 20:
        return 20
    return kind.width


def is_numeric(about: Field, voice: Localizer) -> bool:
    """Whether only digits are typed in it."""
    return FIELD_TYPES[about.kind].is_code and voice.flow.codes[about.options["code"]].alphabet == "digits"
