"""A number of our files, such as `12-345`; whoever types it without the hyphen means the same."""

from __future__ import annotations

import re

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.one_input import refusal
from flowrunner.fields.text import TextField
from flowrunner.model.flow import Field


class FileNumber(TextField):
    name = "file_number"
    widget = "text"
    width = 10
    sized_by_example = False

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        number = re.fullmatch(r"([0-9]{2})-?([0-9]{3})", characters)
        return Reading(f"{number[1]}-{number[2]}") if number else refusal(field, "no_file_number")
