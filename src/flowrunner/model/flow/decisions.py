"""What a flow looks up, decides and does: sources, conditions, effects, branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression
from flowrunner.model.types import Type
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text

MoveKind: TypeAlias = Literal["go", "return", "back", "stay"]


class Source(Struct, frozen=True):
    """A contract: which answers a source is asked with (`asks`: its own name → field), and what it gives.

    `on_failure` is None when a failure makes the page ask to try again. `timeout` is in seconds. `title` and `labels`
    are what the staff reads in place of its name and of what it gives: by the names of facts and by values of those
    that are choices, those of a shared list by `fact.value`.
    """

    name: str
    asks: Mapping[str, str]
    gives: Mapping[str, Type]
    timeout: float = 5.0
    on_failure: Mapping[str, Any] | None = None
    span: Span = NOWHERE
    title: Text | None = None
    labels: Mapping[str, Text] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All that may be written under `labels`: facts, and values of those that are choices."""
        return tuple(dict.fromkeys((*self.gives, *(value for _, value in self._values()))))

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Those of them for which there are no words."""
        facts = [fact for fact in self.gives if fact not in self.labels]
        values = [value for fact, value in self._values() if self.word(fact, value) is None]
        return tuple(dict.fromkeys((*facts, *values)))

    def word(self, fact: str, value: str) -> Text | None:
        """The words for a value of a fact that is a choice. Two lists may say the same value otherwise."""
        return self.labels.get(f"{fact}.{value}") or self.labels.get(value)

    def _values(self) -> Iterator[tuple[str, str]]:
        choices = ((fact, kind) for fact, kind in self.gives.items() if kind.kind == "choice")
        return ((fact, value) for fact, kind in choices for value in kind.values)


class LookUp(Struct, frozen=True):
    """A step asks this source when it is sent; `fresh` is the age past which it asks again."""

    source: str
    fresh: Duration | None = None
    span: Span = NOWHERE


class Condition(Struct, frozen=True):
    """A named guard. `switch` is true for a policy switch: the constant `true` or `false`."""

    name: str
    when: Expression
    means: Text | None = None
    switch: bool = False
    span: Span = NOWHERE


class EffectUse(Struct, frozen=True):
    """Work that a transition or an arrival causes. `argument` was bound by the effect of that name: a mapping holds the
    steps where it leads elsewhere. `sets` are the names that can be read once it was done."""

    effect: str
    argument: Any = None
    span: Span = NOWHERE
    sets: frozenset[str] = frozenset()


class Branch(Struct, frozen=True):
    """A guarded transition. `to` is None for `stay` and `back`; without `when` it always holds."""

    move: MoveKind
    to: str | None
    when: Expression | None = None
    do: tuple[EffectUse, ...] = ()
    say: Text | None = None
    span: Span = NOWHERE
