"""What can be told of a case, one sentence a thing that happened: values only, put into words by whoever tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from flowrunner.model.case import Value, Why
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text

SentenceKind: TypeAlias = Literal[
    "began",  # the case began
    "moved",  # a button led on
    "signed_in",  # the identity page let somebody in
    "again",  # what was pressed before led on again, because something before it changed
    "chosen",  # a decision was taken; nobody pressed anything
    "returned",  # a button led back
    "came_back",  # a side step led back to the page that opened it
    "stayed",  # an action that leaves the case where it is
    "taken",  # somebody else was faster with the same unique key
    "timer",  # time was up
    "reminded",  # a reminder went out
    "code",  # a code was tried in vain
    "redacted",  # answers were erased whose time was over
    "recorded",  # something else that the record holds: `trigger` is its name there
    "left",  # the case stands at an end that nothing was sent for
    "waits",  # where the case stands now
    "ended",  # how it ended
]


class Guard(Struct, frozen=True):
    """A guard that was asked: what the author wrote, where, and whether it holds (None: not known any more).

    `name` and `means` are those of a named condition; a guard written in its place has none. `parts` are the
    conditions that it names, as far as it is known what they came to.
    """

    source: str
    holds: bool | None
    span: Span = NOWHERE
    name: str = ""
    means: Text | None = None
    parts: tuple[Guard, ...] = ()


class ReadFact(Struct, frozen=True):
    """A fact as a decision read it: `values` are the keys that it read, `given` what was asked with, by field.

    `why` is None when the fact was replaced since and is not kept. `at` is None when the source was not asked.
    """

    source: str
    why: Why | None
    at: datetime | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    given: Mapping[str, Value] = field(default_factory=dict)


class ExplainedEvent(Struct, frozen=True):
    """One thing that happened, or how the case stands (the last one).

    `trigger` is the button, the timer, or what is wrong with a code. `role` and `account` say who acted. `span` is the
    rule that decided. `guards` are those asked, in order: the branches before the one that was taken did not hold.
    `reads` are the answers that they read, `answers` those that were given there. `round` is the round that it belongs
    to. `replaced`: something was changed later, so that this does not count any more. `sure`: reading again what stood
    then leads to the branch that was recorded.
    """

    kind: SentenceKind
    at: datetime
    step: str
    to: str | None = None
    trigger: str | None = None
    branch: int | None = None
    role: str | None = None
    account: str | None = None
    span: Span = NOWHERE
    guards: tuple[Guard, ...] = ()
    facts: tuple[ReadFact, ...] = ()
    reads: Mapping[str, Value] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    round: int = 1
    replaced: bool = False
    sure: bool = True
