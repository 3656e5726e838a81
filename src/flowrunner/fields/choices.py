"""Any number of several choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.fields.base import Context, FieldType, Reading
from flowrunner.fields.labels import label_of
from flowrunner.fields.one_input import as_characters, no_answer, refusal
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import TEXT, Type, choice_of, list_of


class Choices(FieldType):
    """Check boxes, each sending its choice's value. The answer is in the order of the choices, whatever order came.

    A choice that is `exclusive` stands alone. The same value sent twice counts once: no browser's fault loses a page.
    """

    name = "choices"
    widget = "choices"
    drawn_as_group = True
    has_choices = True

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return list_of(choice_of(choice.value for choice in choices) if choices else TEXT)

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        sent = frozenset(inputs.get(field.name, ())) - {""}
        if not sent:
            return no_answer(field)
        chosen = tuple(choice for choice in context.choices if choice.value in sent and not choice.retired)
        if len({choice.value for choice in chosen}) != len(sent):
            return refusal(field, "not_a_choice")
        if len(chosen) > 1 and any(choice.exclusive for choice in chosen):
            return refusal(field, "exclusive")
        return Reading(tuple(dict.fromkeys(choice.value for choice in chosen)))

    def write(self, field: Field, value: Value) -> Inputs:
        if not isinstance(value, tuple) or not value:
            return {}
        return {field.name: tuple(str(item) for item in value)}

    def spell(self, field: Field, characters: Any) -> Inputs:
        items = characters if isinstance(characters, (list, tuple)) else [characters]
        return {field.name: tuple(as_characters(item) for item in items)}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        """One choice a line: labels may be sentences."""
        chosen = value if isinstance(value, tuple) else ()
        return "\n".join(label_of(field, str(item), words, language) for item in chosen)
