"""A file in the house's layout: order of keys, spaces, blank lines, the typography of its languages."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from flowrunner.compiler.decode import split_lines
from flowrunner.compiler.format.comments import read_comments
from flowrunner.compiler.format.key_order import places_of
from flowrunner.compiler.format.typography import rules_of, set_words
from flowrunner.compiler.format.writer import Writer
from flowrunner.compiler.nodes import Mapping, Scalar, to_data
from flowrunner.compiler.nouns import noun_of
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.schema.files import Noun
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.errors import FlowrunnerError

_UNSEEN = re.compile("[\\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")


class Formatted(Struct, frozen=True):
    """`text` is None for a file that cannot be read; `diagnostics` then say why. `before` is the text as it was."""

    before: str
    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()


def format_file(data: bytes, name: str) -> Formatted:
    """The bytes of a flow, part, scenario or settings, formatted. `name` is the file's, as diagnostics tell it.

    Raises FlowrunnerError rather than give a text that means something else.
    """
    parsed = parse_yaml(data, name)
    if parsed.root is None:
        return Formatted(parsed.text, None, parsed.diagnostics)
    noun = noun_of(parsed.root, name)
    text = _written(parsed.root, parsed.text, noun)
    again = parse_yaml(text.encode(), name)
    if again.root is None or _meaning(to_data(again.root)) != _meaning(to_data(parsed.root)):
        raise FlowrunnerError(
            "the file cannot be formatted without changing what it means; nothing was changed.",
            where=name,
            way_out="Report it with the file, and go on without formatting it.",
        )
    return Formatted(parsed.text, text)


def _written(root: Mapping, text: str, noun: Noun) -> str:
    lines = split_lines(text)
    if len(lines) > 1 and not lines[-1]:
        del lines[-1]
    territory = root.get("territory")
    region = territory.value if isinstance(territory, Scalar) else ""

    def words(characters: str, language: str) -> str:
        return set_words(characters, rules_of(language, region))

    places = places_of(root, noun)
    return Writer(lines, read_comments(root, lines), places, words, sections=noun == "flow").write(root)


def _meaning(data: Any) -> Any:
    """Data with nothing left of the spaces and apostrophes that typography may change; the order of keys is none."""
    if isinstance(data, dict):
        return {key: _meaning(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_meaning(item) for item in data]
    return _UNSEEN.sub("", data).replace("’", "'")
