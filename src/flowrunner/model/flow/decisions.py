"""What a flow looks up, decides and does: sources, conditions, effects, branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from flowrunner.model.duration import Duration
from flowrunner.model.expression import Expression
from flowrunner.model.types import Type
from flowrunner.span import NOWHERE, Span
from flowrunner.text import Text

MoveKind: TypeAlias = Literal["go", "return", "back", "stay"]


@dataclass(frozen=True, slots=True)
class Source:
    """A contract: which answers a source is asked with (`asks`: its own name → field), and what it gives.

    `on_failure` is None when a failure makes the page ask to try again. `timeout` is in seconds.
    """

    name: str
    asks: Mapping[str, str]
    gives: Mapping[str, Type]
    timeout: float = 5.0
    on_failure: Mapping[str, Any] | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class LookUp:
    """A step asks this source when it is sent; `fresh` is the age past which it asks again."""

    source: str
    fresh: Duration | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Condition:
    """A named guard. `switch` is true for a policy switch: the constant `true` or `false`."""

    name: str
    when: Expression
    means: Text | None = None
    switch: bool = False
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class EffectUse:
    """Work that a transition or an arrival causes. `argument` was bound by the effect of that name."""

    effect: str
    argument: Any = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Branch:
    """A guarded transition. `to` is None for `stay` and `back`; without `when` it always holds."""

    move: MoveKind
    to: str | None
    when: Expression | None = None
    do: tuple[EffectUse, ...] = ()
    say: Text | None = None
    span: Span = NOWHERE
