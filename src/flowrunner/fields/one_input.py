"""What the types have in common that are typed in one box."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from flowrunner.fields.base import Context, FieldType, Reading
from flowrunner.fields.typed import as_characters, no_answer, normalize, read_text, refusal
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Field


class OneInput(FieldType):
    """Reads one box, makes its characters regular, and leaves their meaning to `understand`.

    `longest` is the hard cap in characters, `lines` whether tabs and newlines are allowed.
    """

    longest: ClassVar[int]
    lines: ClassVar[bool] = False

    @abstractmethod
    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        """The answer that the characters are; there is at least one."""

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        characters = read_text(field, inputs, longest=self.longest, lines=self.lines)
        if isinstance(characters, Problem):
            return Reading(problems=(characters,))
        characters = normalize(characters, field.normalize)
        if not characters:
            return no_answer(field)
        if len(characters) > self.longest:
            return refusal(field, "too_long", most=self.longest)
        return self.understand(field, characters, context)

    def write(self, field: Field, value: Value) -> Inputs:
        return {} if value is None else {field.name: (str(value),)}

    def spell(self, field: Field, characters: Any) -> Inputs:
        if isinstance(characters, (list, tuple)):
            return {field.name: tuple(as_characters(item) for item in characters)}
        return {field.name: (as_characters(characters),)}
