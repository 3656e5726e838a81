"""An author's words beside an answer, for those who show it: the label of a choice, a unit."""

from __future__ import annotations

from flowrunner.i18n.words import Words
from flowrunner.model.flow import Field
from flowrunner.text.text import Speaker, Text


def label_of(field: Field, value: str, words: Words, language: str) -> str:
    """The label of a choice of a closed list in a language, as plain text; of any other value the value itself."""
    if isinstance(field.choices, tuple):
        for choice in field.choices:
            if choice.value == value:
                return plain(choice.label, words, language)
    return value


def plain(text: Text, words: Words, language: str) -> str:
    """A text without markup; a hole in it that reads an answer stays empty."""
    return text.plain(language, {}, Speaker(words.format, language, {}))
