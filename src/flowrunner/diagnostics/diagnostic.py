"""Diagnostics: what is wrong with a flow, for its author. Each is a value that can be said in any language of
`locales/`.

A check has a code that never changes its meaning. A diagnostic is one finding of a check. It keeps no sentence, only
the id of one (`FR301.unknown_step` in the catalogue `diagnostics`) and what fills it, so that the same finding can be
told in English to one author and in French to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from flowrunner.i18n.words import Words
from flowrunner.span import Span


class Level(StrEnum):
    """How much a finding matters: an error stops the flow, a warning asks for a decision, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Check(Struct, frozen=True):
    """Something that is looked for. `code` is stable (`FR301`), `name` is its readable slug (`unknown_name`)."""

    code: str
    name: str
    level: Level = Level.ERROR


class Term(Struct, frozen=True):
    """A word of the catalogue (`term.<id>`) that fills a message, such as the name of a type: `Term("list")`."""

    id: str


Filling: TypeAlias = "str | int | Term | tuple[str, ...]"


class Related(Struct, frozen=True):
    """Another place that belongs to the finding; its label is the word `<code>.<variant>` (`FR102.first`)."""

    span: Span
    variant: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `variant` picks the sentence: `<code>.<variant>` says what is wrong, `<code>.<variant>.help` (else `<code>.help`)
    the way out. `values` fill both. `nearest` is the known name that is most like the unknown one. `corrected` are the
    lines that the author could write instead. `level` is the check's own unless the finding has another.
    """

    check: Check
    span: Span
    variant: str = "found"
    values: Mapping[str, Filling] = field(default_factory=dict, hash=False)
    nearest: str | None = None
    related: tuple[Related, ...] = ()
    corrected: tuple[str, ...] = ()
    severity: Level | None = None

    @property
    def code(self) -> str:
        """The code of the check: `FR301`."""
        return self.check.code

    @property
    def level(self) -> Level:
        """How much this finding matters."""
        return self.severity or self.check.level

    @property
    def message_id(self) -> str:
        """The id of the sentence that says what is wrong."""
        return f"{self.code}.{self.variant}"

    def message(self, words: Words) -> str:
        """What is wrong, in the language of `words`."""
        return words.say(self.message_id, **self._filled(words))

    def help(self, words: Words) -> str:
        """The way out, in the language of `words`."""
        own = f"{self.message_id}.help"
        return words.say(own if own in words else f"{self.code}.help", **self._filled(words))

    def label(self, related: Related, words: Words) -> str:
        """What a related place is, in the language of `words`."""
        return words.say(f"{self.code}.{related.variant}", **self._filled(words))

    def _filled(self, words: Words) -> dict[str, object]:
        return {
            name: words.say(f"term.{value.id}") if isinstance(value, Term) else value
            for name, value in self.values.items()
        }


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file, line and column; what stands in the same place keeps the order in which it was found."""
    return tuple(sorted(diagnostics, key=lambda one: (one.span.file, one.span.line, one.span.column)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error: the next stage does not start then."""
    return any(one.level is Level.ERROR for one in diagnostics)
