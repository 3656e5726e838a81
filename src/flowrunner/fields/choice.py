"""One of several choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.fields.base import Context, FieldType, Reading
from flowrunner.fields.labels import label_of
from flowrunner.fields.one_input import as_characters, no_answer, read_text, refusal
from flowrunner.fields.yes_no import LONGEST_ID
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import TEXT, Type, choice_of


class ChoiceField(FieldType):
    """Sends the choice's value, an id. A retired choice can be shown but no longer chosen.

    Where an expression gives the choices, their values are not known beforehand and the type is text.
    """

    name = "choice"
    widget = "choice"
    radios_if_few = True
    has_choices = True

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return choice_of(choice.value for choice in choices) if choices else TEXT

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        sent = read_text(field, inputs, longest=LONGEST_ID)
        if isinstance(sent, Problem):
            return Reading(problems=(sent,))
        if not sent:
            return no_answer(field)
        is_offered = any(choice.value == sent and not choice.retired for choice in context.choices)
        return Reading(sent) if is_offered else refusal(field, "not_a_choice")

    def write(self, field: Field, value: Value) -> Inputs:
        return {field.name: (value,)} if isinstance(value, str) else {}

    def spell(self, field: Field, characters: Any) -> Inputs:
        if isinstance(characters, (list, tuple)):
            return {field.name: tuple(as_characters(item) for item in characters)}
        return {field.name: (as_characters(characters),)}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        return label_of(field, value, words, language) if isinstance(value, str) else ""
