"""One line of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.one_input import OneInput
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import TEXT, Type


class TextField(OneInput):
    """Up to 1,000 characters; `max_length` says less."""

    name = "text"
    widget = "text"
    sized_by_example = True
    longest = 1_000

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return TEXT

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        return Reading(characters)
