"""What texts and expressions read that something must have set before: facts, codes, moments, answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.expression.expression import Expression
from flowrunner.model.expression.hole import Filling
from flowrunner.model.expression.syntax import ConditionRef, IsTest, Key, Name, walk_expression
from flowrunner.model.flow import (
    Action,
    Block,
    EffectUse,
    FieldUse,
    Flow,
    Message,
    RuleUse,
    Step,
)
from flowrunner.model.graph import SUBMITTED, moments_of
from flowrunner.text.text import Text

REFERENCE = "case.reference"


class Read(Struct, frozen=True):
    """One name that an expression reads as `written` (`timer.late` reads the moment from which it counts).

    `field` is true for an answer.
    """

    name: str
    expression: Expression
    written: str
    field: bool = False


class Reader:
    """Knows which names of a flow are set by something on the way."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._moments = _moments(flow)

    def of(self, expressions: Iterable[Expression | None]) -> Iterator[Read]:
        """What these read; a name that the expression tests with `is answered` may be missing."""
        for expression in expressions:
            if expression is None:
                continue
            tested = self._tested(expression)
            for dotted in sorted(self._asked(expression.reads)):
                read = self._named(dotted, expression)
                if read is not None and read.name.split(".", 1)[0] not in tested:
                    yield read

    def _asked(self, reads: Iterable[str]) -> set[str]:
        """The same with what computed fields read in their place."""
        names: set[str] = set()
        waiting = list(reads)
        while waiting:
            dotted = waiting.pop()
            if dotted in names:
                continue
            names.add(dotted)
            field = self._flow.fields.get(dotted.split(".", 1)[0])
            if field is not None and field.value is not None:
                waiting += field.value.reads
        return names

    def _named(self, dotted: str, expression: Expression) -> Read | None:
        root, *keys = dotted.split(".")
        if root in self._flow.sources or root in self._moments:
            return Read(root, expression, root)
        if root in self._flow.fields:
            computed = self._flow.fields[root].value is not None
            return None if computed else Read(root, expression, root, field=True)
        if root == "code" and keys:
            return Read(f"code.{keys[0]}", expression, f"code.{keys[0]}")
        if root == "timer" and keys and keys[0] in self._flow.timers:
            since = self._flow.timers[keys[0]].since
            return Read(since, expression, f"timer.{keys[0]}") if since is not None else None
        if dotted == "case.submitted":
            return Read(SUBMITTED, expression, dotted)
        return Read(REFERENCE, expression, dotted) if dotted == REFERENCE else None

    def _tested(self, expression: Expression) -> set[str]:
        """The names that it tests with `is answered`, through conditions too."""
        names: set[str] = set()
        seen: set[str] = set()
        waiting = [expression]
        while waiting:
            for node in waiting.pop().walk():
                if isinstance(node, IsTest):
                    names |= {part.name for part in walk_expression(node.operand) if isinstance(part, Name)}
                elif isinstance(node, ConditionRef) and node.name not in seen and node.name in self._flow.conditions:
                    seen.add(node.name)
                    waiting.append(self._flow.conditions[node.name].when)
        return names


def place_of(read: Read, conditions: Mapping[str, Expression]) -> tuple[int, int]:
    """Where the name stands in its expression: itself, or the condition by which it is read; (0, 0) if nowhere."""
    root, _, key = read.written.partition(".")
    by_condition = (0, 0)
    for node in read.expression.walk():
        if key and isinstance(node, Key) and node.length and node.dotted == read.written:
            return node.offset, node.length
        if not key and isinstance(node, Name) and node.name == root:
            return node.offset, node.length
        if isinstance(node, ConditionRef) and node.name in conditions and root in conditions[node.name].names:
            by_condition = (node.offset, node.length)
    return by_condition


# --- Which expressions stand where --------------------------------------------------------


def in_text(*texts: Text | None) -> Iterator[Expression]:
    """The holes of texts, in all languages."""
    for text in texts:
        if text is not None:
            for words in text.words.values():
                yield from (fill.expression for fill in words.fills if isinstance(fill, Filling))


def shown(step: Step) -> Iterator[Expression | None]:
    """What a page reads when it is shown."""
    yield from in_text(step.title, step.status, step.next_label)
    for block in step.content:
        yield block.when
        yield from _in_block(block)
    for use in step.uses:
        yield from asked(use)
    for action in step.actions.values():
        yield action.when
        yield from in_text(action.label, action.confirm)
        for use in action.fields:
            yield from asked(use)


def asked(use: FieldUse) -> Iterator[Expression | None]:
    """What a field reads when it is shown."""
    field = use.field
    yield from (field.when, use.when if field.when is None else None, field.prefill)
    yield from in_text(field.label, field.hint, field.unit)
    if isinstance(field.choices, Expression):
        yield field.choices
    else:
        for choice in field.choices:
            yield from in_text(choice.label, choice.hint)


def judged(rules: Iterable[RuleUse]) -> Iterator[Expression | None]:
    """What rules read when a page is sent."""
    for rule in rules:
        yield rule.when
        yield rule.bound if isinstance(rule.bound, Expression) else None
        yield from in_text(rule.message)


def sent_uses(step: Step, trigger: str) -> tuple[FieldUse, ...]:
    """The fields that a button sends."""
    if trigger in step.actions:
        return step.actions[trigger].fields
    return step.uses if trigger == "next" else ()


def looked_up(step: Step, trigger: str) -> frozenset[str]:
    """The sources that are asked when a button is pressed."""
    action: Action | None = step.actions.get(trigger)
    asks = action.look_up if action is not None else step.look_up if trigger == "next" else ()
    return frozenset(look_up.source for look_up in asks)


def in_message(message: Message) -> Iterator[Expression | None]:
    """What a message reads."""
    yield message.to
    yield from in_text(message.subject, message.body)


def sends(flow: Flow, use: EffectUse) -> Message | None:
    """The message that an effect sends."""
    return flow.messages.get(EFFECTS[use.effect].sends(use.argument, flow) or "")


def _in_block(block: Block) -> Iterator[Expression]:
    part = BLOCKS[block.kind]
    yield from part.values(block.content)
    yield from in_text(*part.texts(block.content))


def _moments(flow: Flow) -> frozenset[str]:
    branches = [branch for step in flow.steps.values() for _, several in step.triggers() for branch in several]
    branches += [timer.branch for timer in flow.timers.values()]
    done = [moments_of(branch.do) for branch in branches] + [moments_of(step.enter) for step in flow.steps.values()]
    return frozenset({SUBMITTED}).union(*done)
