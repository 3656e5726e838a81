"""What the types have in common that are typed in one box."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from flowrunner.fields.base import Context, FieldType, Reading
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


# Halves of a character, and the mark that a browser or a decoder puts where it could not read one.
_NOT_READ = re.compile("[\ud800-\udfff\ufffd]")

# What stands in no text: controls, line and paragraph separators, and code points that are no characters.
_NOT_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_CONTROLS = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef{_NOT_CHARACTERS}]")
_CONTROLS_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef{_NOT_CHARACTERS}]")

# What is pasted along and never seen: soft hyphens, zero-width spaces, marks and overrides of direction, byte order.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LINE_BREAKS = re.compile("[\t\n\r]")
_LINE_END = re.compile("\r\n?")
_SPACES = re.compile(r"[^\S\n]+")
_NOT_DIGITS = re.compile("[^0-9]")

# Characters that are thrown away may stand around an answer that is within its cap; beyond this nothing is looked at.
_SLACK = 1_000


def read_text(field: Field, inputs: Inputs, part: str = "", *, longest: int, lines: bool = False) -> str | Problem:
    """The characters of one input in composed form (NFC), white space at both ends gone; "" when nothing was given.

    A problem when the input was doubled, was not readable text, holds controls (`lines` allows tabs and newlines) or is
    longer than `longest` characters.
    """
    values = inputs.get(f"{field.name}.{part}" if part else field.name, ())
    if len(values) > 1:
        return problem(field, "doubled", part)
    raw = values[0] if values else ""
    if len(raw) > longest + _SLACK:
        return problem(field, "too_long", part, most=longest)
    if raw.isascii() and raw.isprintable():
        # What most people type most of the time: nothing of what is looked for below can be in it.
        characters = raw.strip()
        return characters if len(characters) <= longest else problem(field, "too_long", part, most=longest)
    if _NOT_READ.search(raw):
        return problem(field, "encoding", part)
    characters = _regular(raw, lines)
    if not lines and _LINE_BREAKS.search(characters):
        return problem(field, "one_line", part)
    if (_CONTROLS_IN_LINES if lines else _CONTROLS).search(characters):
        return problem(field, "characters", part)
    if len(characters) > longest:
        return problem(field, "too_long", part, most=longest)
    return characters


def _regular(raw: str, lines: bool) -> str:
    text = _LINE_END.sub("\n", raw) if lines else raw
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()
    return text if any(character.isprintable() or character < " " for character in text) else ""


def normalize(characters: str, how: tuple[str, ...]) -> str:
    """The characters after what `normalize` of a field says, in its order. Raises KeyError for an unknown name."""
    for name in how:
        characters = NORMALIZERS[name](characters)
    return unicodedata.normalize("NFC", characters).strip()


NORMALIZERS: Mapping[str, Callable[[str], str]] = {
    "trim": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "squeeze": lambda characters: _SPACES.sub(" ", characters),
    "digits": lambda characters: _NOT_DIGITS.sub("", characters),
}
"""What the key `normalize` can name. Trimming is done to every answer; the name is there for those who write it."""


def problem(field: Field, code: str, part: str = "", **values: Value | int) -> Problem:
    """A problem of a field or of one of its inputs. Its `kind`, which chooses its words, is the part, else the type."""
    filled: dict[str, Value] = {"kind": part or field.kind}
    for name, value in values.items():
        filled[name] = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return Problem(field.name, code, filled, input=f"{field.name}.{part}" if part else None)


def refusal(field: Field, code: str, part: str = "", **values: Value | int) -> Reading:
    """A reading that gives one problem and no answer."""
    return Reading(problems=(problem(field, code, part, **values),))


def no_answer(field: Field) -> Reading:
    """Nothing was given: fine when the field is optional, else the problem `required`."""
    return Reading() if field.optional else refusal(field, "required")


def as_characters(characters: Any) -> str:
    """A scalar of plain data as characters; null is nothing."""
    if characters is None:
        return ""
    if isinstance(characters, bool):
        return "true" if characters else "false"
    return str(characters)
