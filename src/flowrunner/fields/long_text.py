"""Text of several lines."""

from __future__ import annotations

from flowrunner.fields.text import TextField


class LongText(TextField):
    """Up to 10,000 characters, tabs and newlines among them; every way to end a line is kept as one newline."""

    name = "long_text"
    widget = "long_text"
    sized_by_example = False
    longest = 10_000
    lines = True
