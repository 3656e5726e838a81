"""Whether what somebody types finds a row: words without accents and capitals, each the beginning of one in the row."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

SHORTEST = 3


def search_words(text: str) -> tuple[str, ...]:
    """The words of a text without accents, capitals and punctuation."""
    bare = (character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))
    return tuple("".join(character if character.isalnum() else " " for character in bare).casefold().split())


def found_by(typed: tuple[str, ...], cells: Iterable[str]) -> bool:
    """Whether every word typed begins a word of the cells; fewer characters than `SHORTEST` find nothing."""
    if sum(map(len, typed)) < SHORTEST:
        return False
    cell_words = [word for cell in cells for word in search_words(cell)]
    return all(any(word.startswith(part) for word in cell_words) for part in typed)
