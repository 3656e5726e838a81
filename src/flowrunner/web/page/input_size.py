"""How the box of a question looks: how wide, and for which characters."""

from __future__ import annotations

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Field
from flowrunner.web.localizer import Localizer

_WIDTHS = {"number": 10, "money": 10, "phone": 20}


def width_of(about: Field, voice: Localizer) -> int:
    """How many characters the box should look made for; 0 is as wide as the column."""
    if about.kind == "code":
        return voice.flow.codes[about.options["code"]].length + 2
    bounds = [use.bound for use in about.rules if use.rule == "max_length" and isinstance(use.bound, int)]
    if bounds and min(bounds) <= 20:
        return min(bounds)
    lengths = [len(example.value) for example in about.valid if isinstance(example.value, str)]
    if about.kind == "text" and lengths and max(lengths) <= 20:
        return 20
    return _WIDTHS.get(FIELD_TYPES[about.kind].widget, 0)


def is_numeric(about: Field, voice: Localizer) -> bool:
    """Whether only digits are typed in it."""
    return about.kind == "code" and voice.flow.codes[about.options["code"]].alphabet == "digits"
