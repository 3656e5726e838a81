"""How a question is read from a form, judged and written back: the contract of a field type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from msgspec import Struct

from flowrunner.i18n.words import Words
from flowrunner.model.case import FileRef, Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import Type

SCALAR: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
"""The JSON Schema of a scalar in `FieldType.keys`: editors resolve what our reader leaves as characters."""


class Reading(Struct, frozen=True):
    """What came of reading a field: an answer (None: nothing was given), or problems and no answer."""

    value: Value = None
    problems: tuple[Problem, ...] = ()


class Context(Struct, frozen=True):
    """What reading may know beside the inputs: the choices that are open now, the territory (for phones and postal
    codes, ISO 3166 alpha-2 or None), the day of the submission and the files that came with it."""

    choices: tuple[Choice, ...] = ()
    territory: str | None = None
    today: date | None = None
    files: tuple[FileRef, ...] = ()


class PartInput(Struct, frozen=True):
    """How one input of several is drawn. `width` is in characters (0: as wide as the column), `choices` are values with
    their labels where it is chosen from a list, `chosen` is the one that stands in it."""

    width: int = 0
    optional: bool = False
    choices: Mapping[str, str] = {}
    chosen: str = ""


class FieldType(ABC):
    """One type of field. An instance keeps nothing: all that an author says is in the `Field`.

    `keys` are the JSON Schemas of the keys that only this type knows; `required_keys` those that must be there.
    `widget` names the template that draws it. `autocomplete` is its default token. `parts` are the inputs of a type
    that has several, in reading order, each with its autocomplete token or None: `street` is the input
    `<field>.street`, and a problem of it says so in `Problem.input`; `says_at_parts`: it is shown there, not above all.
    `names` are its keys that name something else of the flow, each with the noun.

    How it is drawn: `drawn_as_group` (several controls under one legend), `drawn_anew` (for each person, not from the
    cached page), `radios_if_few` (choices are radio buttons while they are few), `width` (characters of its box, 0: as
    wide as the column) and `sized_by_example` (as wide as its longest example, if that is short).

    What becomes of what is typed: `is_code` (the one-time code that `code` names: compared, never an answer),
    `takes_files`, `kept_as_draft` (kept when somebody leaves the page without sending it), `shown_to_staff`.
    """

    name: ClassVar[str]
    widget: ClassVar[str]
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    required_keys: ClassVar[frozenset[str]] = frozenset()
    autocomplete: ClassVar[str | None] = None
    parts: ClassVar[Mapping[str, str | None]] = {}
    has_choices: ClassVar[bool] = False
    secret: ClassVar[bool] = False
    names: ClassVar[Mapping[str, str]] = {}
    says_at_parts: ClassVar[bool] = False
    drawn_as_group: ClassVar[bool] = False
    drawn_anew: ClassVar[bool] = False
    radios_if_few: ClassVar[bool] = False
    width: ClassVar[int] = 0
    sized_by_example: ClassVar[bool] = False
    is_code: ClassVar[bool] = False
    takes_files: ClassVar[bool] = False
    kept_as_draft: ClassVar[bool] = True
    shown_to_staff: ClassVar[bool] = True

    @abstractmethod
    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        """The type that its answers have in expressions."""

    def options(self, keys: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        """Read the type's own keys from the characters that the author wrote.

        Raises ValueError with one argument, the key, when its characters cannot be read.
        """
        return dict(keys)

    def inputs(self, field: Field) -> tuple[str, ...]:
        """The names of its HTML inputs: the field's own, or the field's with a part (`birth_date.day`)."""
        return tuple(f"{field.name}.{part}" for part in self.parts) or (field.name,)

    def part(self, field: Field, part: str, inputs: Inputs, territory: str | None, language: str) -> PartInput:
        """How one of its `parts` is drawn beside what stands in the others."""
        return PartInput()

    def boxes(self, field: Field) -> Mapping[str, str]:
        """What the controls of a type with a fixed set of them send, each with the id of the word beside it ("" for
        none). Choices of an author are not among them."""
        return {}

    @abstractmethod
    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        """Read, normalize and judge what was sent, rules of the field not among it.

        Whatever the inputs hold (doubled, missing, NUL, surrogates, forged, too long) ends in a Reading.
        `required` is judged here too, by `field.optional`.
        """

    @abstractmethod
    def write(self, field: Field, value: Value) -> Inputs:
        """The inputs that show an answer again: what `read` would read as it."""

    def parse(self, field: Field, characters: Any, context: Context) -> Reading:
        """Read an answer as a scenario, an example or a prefill writes it: a scalar's characters, a list, a mapping."""
        return self.read(field, self.spell(field, characters), context)

    @abstractmethod
    def spell(self, field: Field, characters: Any) -> Inputs:
        """The inputs that a person would send for an answer that a scenario writes as plain YAML data
        (str, list of str, mapping of str)."""

    def judge_secret(self, field: Field, value: str, others: Mapping[str, str]) -> tuple[str, ...]:
        """The codes of what is wrong with a secret, judged outside the core; `others` are what else was typed on the
        page, by field. Types that are not `secret` have none."""
        return ()

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        """An answer as a summary shows it: plain text, with a newline where it takes several lines; nothing is "".

        `language` is the language of the author's texts (labels of choices), `words` those of the interpreter.
        """
        return words.format.value(value)
