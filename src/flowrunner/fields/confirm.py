"""One box that is checked to agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowrunner.fields.base import SCALAR, Context, FieldType, Reading
from flowrunner.fields.one_input import as_characters, no_answer, read_text, refusal
from flowrunner.fields.yes_no import LONGEST_ID
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import YES_NO, Type


class Confirm(FieldType):
    """The box sends `yes` or, with `version`, that version; only what it sends today is a yes.

    So a page that was opened before the text changed reads as not confirmed. The answer is true, or nothing: a case
    keeps the flow that it began with, so which version was agreed to is known from the case.
    """

    name = "confirm"
    widget = "confirm"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "version": {**SCALAR, "description": "The version of the text; a yes to another version does not count."},
    }

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return YES_NO

    def options(self, keys: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        version = keys.get("version")
        if version is None:
            return {}
        if not isinstance(version, str) or not version.strip() or len(version) > LONGEST_ID:
            raise ValueError("version")
        return {"version": version.strip()}

    def sends(self, field: Field) -> str:
        """The value of the box."""
        return str(field.options.get("version", "yes"))

    def boxes(self, field: Field) -> Mapping[str, str]:
        return {self.sends(field): ""}

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        sent = read_text(field, inputs, longest=LONGEST_ID)
        if isinstance(sent, Problem):
            return Reading(problems=(sent,))
        if sent == self.sends(field):
            return Reading(True)
        if sent and "version" not in field.options:
            return refusal(field, "not_a_choice")
        return no_answer(field)

    def write(self, field: Field, value: Value) -> Inputs:
        return {field.name: (self.sends(field),)} if value is True else {}

    def spell(self, field: Field, characters: Any) -> Inputs:
        written = as_characters(characters)
        if written in ("true", "yes"):
            return {field.name: (self.sends(field),)}
        return {} if written in ("false", "no", "") else {field.name: (written,)}
