"""A guard that holds only because a question was not asked, or a source not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Level
from flowrunner.lint.base import LintCheck
from flowrunner.lint.proofs.absence import Counterexample, holds_for_want_of
from flowrunner.lint.proofs.paths import answered_for_certain, asked_for_certain, certain, required, unconditional
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Field, FieldUse, Flow, Step


class NegationOfTheUnasked(LintCheck):
    check = Check("FR405", "negation_of_the_unasked", Level.WARNING)

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        before = certain(flow, lambda edge: asked_for_certain(flow, edge))
        answered_before = certain(flow, lambda edge: answered_for_certain(flow, edge))
        conditions = {name: condition.when for name, condition in flow.conditions.items()}
        for step in flow.steps.values():
            for guard, passed, severity in _guards(step):
                asked_before = before[step.name] | unconditional(passed)
                answered = answered_before[step.name] | required(passed)
                example = _example(flow, guard, asked_before, answered, conditions)
                if example is not None:
                    yield self._diagnostic(guard, example, severity)

    def _diagnostic(self, guard: Expression, example: Counterexample, severity: Level) -> Diagnostic:
        answers = ", ".join(f"{name}: {value}" for name, value in example.answers.items())
        values = {"name": example.absent, "guard": guard.source, "answers": answers}
        variant = "with_answers" if answers else "found"
        return Diagnostic(self.check, guard.span, variant, values, severity=severity)


def _guards(step: Step) -> Iterator[tuple[Expression, tuple[FieldUse, ...], Level]]:
    """Every guard of a step, the fields that are sent just before it is read, and how much it matters there."""
    for branch in step.next:
        if branch.when is not None:
            yield branch.when, step.uses, Level.WARNING
    for action in step.actions.values():
        for branch in action.branches:
            if branch.when is not None:
                yield branch.when, action.fields, Level.WARNING
    for block in step.content:
        if block.when is not None and not block.uses:
            yield block.when, (), Level.NOTE


def _example(
    flow: Flow,
    guard: Expression,
    asked_before: frozenset[str],
    answered: frozenset[str],
    conditions: Mapping[str, Expression],
) -> Counterexample | None:
    for name in _roots(guard, flow):
        for gone, only_if in _absences(flow, name, asked_before, answered):
            lacking = gone & guard.names
            if not lacking:
                continue
            shown = name if name in lacking else min(lacking)
            example = holds_for_want_of(guard, conditions, shown, gone, only_if, answered)
            if example is not None:
                return example
    return None


def _absences(
    flow: Flow, name: str, asked_before: frozenset[str], answered: frozenset[str]
) -> Iterator[tuple[frozenset[str], Expression | None]]:
    """What may have no value for want of this answer, and the guard that is false then: of a question that was not
    asked, itself and its sources; of one that was left empty, its sources alone."""
    sources = frozenset(_sources_without(flow, name))
    if name not in asked_before:
        yield sources | {name}, _only_if(flow.fields[name], flow)
    elif name not in answered and sources:
        yield sources, None


def _roots(guard: Expression, flow: Flow) -> tuple[str, ...]:
    """The fields that the guard hangs on: those that it reads, and those that its sources are asked with."""
    asks = [field for name in guard.names if name in flow.sources for field in flow.sources[name].asks.values()]
    return tuple(dict.fromkeys(name for name in (*sorted(guard.names), *asks) if name in flow.fields))


def _sources_without(flow: Flow, field: str) -> tuple[str, ...]:
    """The sources that give nothing when this answer is missing."""
    return tuple(
        name for name, source in flow.sources.items() if field in source.asks.values() and source.on_failure is None
    )


def _only_if(field: Field, flow: Flow) -> Expression | None:
    """The `when` that must be false for the field not to be asked, if every way otherwise asks it."""
    uses = [use for step in flow.steps.values() for use in step.uses if use.field.name == field.name and not step.side]
    guards = {use.when.source for use in uses if use.when is not None}
    return uses[0].when if uses and len(guards) == 1 and all(use.when is not None for use in uses) else None
