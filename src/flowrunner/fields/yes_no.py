"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.fields.base import Context, FieldType, Reading
from flowrunner.fields.one_input import as_characters, no_answer, read_text, refusal
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import YES_NO, Type

LONGEST_ID = 200
_SENT = {"yes": True, "no": False}
_WRITTEN = {"true": "yes", "false": "no"}


class YesNo(FieldType):
    """Two radios that send `yes` and `no`; a scenario may write `true` and `false` too."""

    name = "yes_no"
    widget = "yes_no"
    drawn_as_group = True

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return YES_NO

    def boxes(self, field: Field) -> Mapping[str, str]:
        return {sent: f"answer.{sent}" for sent in _SENT}

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        sent = read_text(field, inputs, longest=LONGEST_ID)
        if isinstance(sent, Problem):
            return Reading(problems=(sent,))
        if not sent:
            return no_answer(field)
        return Reading(_SENT[sent]) if sent in _SENT else refusal(field, "not_a_choice")

    def write(self, field: Field, value: Value) -> Inputs:
        return {field.name: ("yes" if value else "no",)} if isinstance(value, bool) else {}

    def spell(self, field: Field, characters: Any) -> Inputs:
        written = as_characters(characters)
        return {field.name: (_WRITTEN.get(written, written),)}
