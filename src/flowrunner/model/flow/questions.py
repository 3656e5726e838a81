"""What a flow asks: fields, their rules, choices and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression
from flowrunner.model.types import Type
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text


class RuleUse(Struct, frozen=True):
    """A rule as a field uses it. `bound` is a constant of the kind that the rule takes, or an expression that gives it.

    `at` is the field beside which a problem is shown, when it is not the one that carries the rule.
    """

    rule: str
    bound: Any
    message: Text | None = None
    when: Expression | None = None
    at: str | None = None
    span: Span = NOWHERE


class Choice(Struct, frozen=True):
    """One choice: its value is an id and never changes; `facts` are the author's own keys beside the label."""

    value: str
    label: Text
    hint: Text | None = None
    opens: str | None = None
    exclusive: bool = False
    retired: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    span: Span = NOWHERE


class Example(Struct, frozen=True):
    """A value that the field must accept or refuse, with the other answers that it needs."""

    value: Any
    given: Mapping[str, Any] = field(default_factory=dict)
    span: Span = NOWHERE


class Privacy(Struct, frozen=True):
    """Why a field is asked and, if shorter than the flow's retention, how long its answer is kept."""

    purpose: str
    keep: Duration | None = None


class Field(Struct, frozen=True):
    """One question. `options` holds the keys that only its type knows, already read by that type's `options`.

    `choices` is a closed list, or an expression that gives one. `value` is the expression of a computed field.
    `type` is the type that its answer has in expressions.
    """

    name: str
    kind: str
    type: Type
    label: Text
    hint: Text | None = None
    optional: bool = False
    when: Expression | None = None
    prefill: Expression | None = None
    autocomplete: str | None = None
    unit: Text | None = None
    normalize: tuple[str, ...] = ()
    rules: tuple[RuleUse, ...] = ()
    choices: tuple[Choice, ...] | Expression = ()
    opened_by: tuple[tuple[str, str], ...] = ()
    value: Expression | None = None
    valid: tuple[Example, ...] = ()
    invalid: tuple[Example, ...] = ()
    privacy: Privacy | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    span: Span = NOWHERE
