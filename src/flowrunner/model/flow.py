"""A flow as the interpreter sees it: bound, typed and immutable. No raw dictionary of YAML comes this far.

Names of fields, steps, sources and so on are plain strings that `compiler.bind` has proved to exist; whatever can be
read by an expression is an `Expression`, whatever a person reads is a `Text`. Each part keeps the span of its source,
so that diagnostics, explanations and diagrams can say where a rule stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from flowrunner.model.duration import Duration
from flowrunner.model.expression import Expression
from flowrunner.model.types import Type
from flowrunner.span import NOWHERE, Span
from flowrunner.text import Text

StepKind: TypeAlias = Literal["page", "decision", "sign_in", "wait", "end"]
NoticeKind: TypeAlias = Literal["info", "success", "warning", "danger"]
MoveKind: TypeAlias = Literal["go", "return", "back", "stay"]

OWNER = "owner"


# --- What is asked ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule as a field uses it. `bound` is a constant of the kind that the rule takes, or an expression that gives it.

    `at` is the field beside which a problem is shown, when it is not the one that carries the rule.
    """

    rule: str
    bound: Any
    message: Text | None = None
    when: Expression | None = None
    at: str | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its value is an id and never changes; `facts` are the author's own keys beside the label."""

    value: str
    label: Text
    hint: Text | None = None
    opens: str | None = None
    exclusive: bool = False
    retired: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Example:
    """A value that the field must accept or refuse, with the other answers that it needs."""

    value: Any
    given: Mapping[str, Any] = field(default_factory=dict)
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Privacy:
    """Why a field is asked and, if shorter than the flow's retention, how long its answer is kept."""

    purpose: str
    keep: Duration | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `options` holds the keys that only its type knows, already read by that type's `bind_options`.

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


# --- What is looked up, decided and done --------------------------------------------------


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


# --- What a page shows --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field as one step uses it: adapted, and shown only if `when` (its own, the block's and the use's) holds."""

    field: Field
    when: Expression | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Block:
    """What every block has: the guard under which it is shown, and where it stands."""

    when: Expression | None = field(default=None, kw_only=True)
    span: Span = field(default=NOWHERE, kw_only=True)


@dataclass(frozen=True, slots=True)
class TextBlock(Block):
    text: Text


@dataclass(frozen=True, slots=True)
class Notice(Block):
    kind: NoticeKind
    text: Text


@dataclass(frozen=True, slots=True)
class Details(Block):
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """Fields shown together. `change` is the step that its link leads to, None for `change: never`."""

    fields: tuple[str, ...]
    change: str | None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Summary(Block):
    lines: tuple[SummaryLine, ...]


@dataclass(frozen=True, slots=True)
class Copy(Block):
    """A value shown with a button that copies it."""

    value: Expression
    label: Text


@dataclass(frozen=True, slots=True)
class Documents(Block):
    """The files of a field, each with its status."""

    field: str


@dataclass(frozen=True, slots=True)
class Link(Block):
    """A link to a page of the interpreter, another flow, a step, or an address; exactly one of the four is given."""

    text: Text
    page: str | None = None
    flow: str | None = None
    step: str | None = None
    address: Text | None = None


@dataclass(frozen=True, slots=True)
class Fields(Block):
    uses: tuple[FieldUse, ...]


@dataclass(frozen=True, slots=True)
class ListBlock(Block):
    """A list of the account's cases or messages."""

    of: str
    title: Text | None = None
    submitted: Text | None = None


Content: TypeAlias = tuple[Block, ...]


# --- Steps --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """A button beside `next`, with its own branches and, if it has any, its own questions."""

    name: str
    label: Text
    branches: tuple[Branch, ...]
    fields: tuple[FieldUse, ...] = ()
    look_up: tuple[LookUp, ...] = ()
    confirm: Text | None = None
    when: Expression | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """One state. `role` is who acts here; `side` is true for a step that is reached by a change link and goes back."""

    name: str
    kind: StepKind
    role: str = OWNER
    title: Text | None = None
    status: Text | None = None
    content: Content = ()
    enter: tuple[EffectUse, ...] = ()
    look_up: tuple[LookUp, ...] = ()
    next: tuple[Branch, ...] = ()
    next_label: Text | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    outcome: str | None = None
    reveals: str | None = None
    exclusive: bool = False
    side: bool = False
    span: Span = NOWHERE

    @property
    def uses(self) -> tuple[FieldUse, ...]:
        """The fields of the page in reading order, those of actions not among them."""
        return tuple(use for block in self.content if isinstance(block, Fields) for use in block.uses)

    def triggers(self) -> Iterator[tuple[str, tuple[Branch, ...]]]:
        """Every button of the step with its branches, `next` first."""
        if self.next:
            yield "next", self.next
        for action in self.actions.values():
            yield action.name, action.branches


# --- Time, words and people ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code. It lives for `valid`, or until the timer `until` is due.

    `send` names the message that carries it; a code without one is shown. `bound_to` names answers: other answers,
    another code. `tries_a_day` bounds the wrong tries over all re-issues.
    """

    name: str
    length: int
    alphabet: Literal["digits", "unambiguous"]
    valid: Duration | None = None
    until: str | None = None
    tries: int | None = None
    tries_a_day: int | None = None
    bound_to: tuple[str, ...] = ()
    send: str | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail, an account message or a letter. `languages` is true when it is written in all of them."""

    name: str
    by: tuple[Literal["email", "account", "letter"], ...]
    subject: Text
    body: Text
    all_languages: bool = False
    to: Expression | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Reminder:
    after: Duration
    send: str
    when: Expression | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Timer:
    """What time causes: `after` so long `since` a moment, or `at` a date or moment that an expression gives.

    It runs in the step `in_step`, or in the whole case until the moment `until` is set; then `branch` is taken.
    """

    name: str
    branch: Branch
    after: Duration | None = None
    since: str | None = None
    at: Expression | None = None
    in_step: str | None = None
    until: str | None = None
    remind: tuple[Reminder, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    staff: bool = False
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Accounts:
    """What an account of this flow is: its profile (fields), unique keys, and how its owner signs in."""

    sign_in_with: str
    profile: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    confirm_sign_in: str | None = None
    sign_out_after: Duration | None = None
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Place:
    """A page that every flow has (`home`, `submitted`, …), shaped by the flow."""

    name: str
    title: Text | None = None
    content: Content = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Desk:
    columns: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One service; a flow is only ever itself. `texts` are expanded where they are used; here they are for lint."""

    name: str
    languages: tuple[str, ...]
    title: Text
    start: str
    steps: Mapping[str, Step]
    fields: Mapping[str, Field] = field(default_factory=dict)
    territory: str | None = None
    time_zone: str = "UTC"
    roles: Mapping[str, Role] = field(default_factory=dict)
    accounts: Accounts | None = None
    resume: tuple[str, ...] = ()
    undecided: Duration | None = None
    decided: Duration | None = None
    purposes: Mapping[str, Text] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    codes: Mapping[str, Code] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    every_page: Content = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    desk: Desk | None = None
    languages_span: Span = NOWHERE
    span: Span = NOWHERE
