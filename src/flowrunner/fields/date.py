"""A date, typed in three boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from flowrunner.fields.base import Context, FieldType, PartInput, Reading
from flowrunner.fields.one_input import as_characters, no_answer, read_text, refusal
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import DATE, Type

_ISO = re.compile(r"([0-9]+)-([0-9]+)-([0-9]+)")
_PART = {"day": re.compile("[0-9]{1,2}"), "month": re.compile("[0-9]{1,2}"), "year": re.compile("[1-9][0-9]{3}")}
_LONGEST = 20


class Date(FieldType):
    """`.day`, `.month` and `.year` are numbers, the year of four digits. A scenario writes `2026-03-31`."""

    name = "date"
    widget = "date"
    drawn_as_group = True
    parts: ClassVar[Mapping[str, str | None]] = {"day": None, "month": None, "year": None}

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return DATE

    def part(self, field: Field, part: str, inputs: Inputs, territory: str | None, language: str) -> PartInput:
        return PartInput(width=4 if part == "year" else 2)

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        parts: dict[str, str] = {}
        for part in self.parts:
            characters = read_text(field, inputs, part, longest=_LONGEST)
            if isinstance(characters, Problem):
                return Reading(problems=(characters,))
            parts[part] = characters
        if not any(parts.values()):
            return no_answer(field)
        missing = next((part for part in self.parts if not parts[part]), None)
        if missing is not None:
            return refusal(field, "required", missing)
        for part in self.parts:
            if not _PART[part].fullmatch(parts[part]):
                return refusal(field, "not_a_date", part)
        try:
            return Reading(date(int(parts["year"]), int(parts["month"]), int(parts["day"])))
        except ValueError:
            return refusal(field, "not_a_date")

    def write(self, field: Field, value: Value) -> Inputs:
        if isinstance(value, datetime) or not isinstance(value, date):
            return {}
        parts = {"day": f"{value.day:02}", "month": f"{value.month:02}", "year": f"{value.year:04}"}
        return {f"{field.name}.{part}": (characters,) for part, characters in parts.items()}

    def spell(self, field: Field, characters: Any) -> Inputs:
        if isinstance(characters, Mapping):
            return {f"{field.name}.{part}": (as_characters(value),) for part, value in characters.items()}
        written = as_characters(characters)
        whole = _ISO.fullmatch(written.strip())
        year, month, day = whole.groups() if whole else (written, written, written)
        return {f"{field.name}.day": (day,), f"{field.name}.month": (month,), f"{field.name}.year": (year,)}
