"""Validating answers by the rules of their fields: what running and lint both need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowrunner.model.case import Problem, Value
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Field, FieldUse, RuleUse
from flowrunner.rules.built_in import RULES


def judge(
    uses: Iterable[FieldUse],
    answers: Mapping[str, Value],
    env: Mapping[str, Any],
    late: frozenset[str] = frozenset(),
    now_late: bool | None = None,
) -> list[Problem]:
    """The rules that the answers break, one for each field at most.

    `late` are sources that the page asks when it is sent: a rule that reads one of them is judged only once they
    answered (`now_late` true), the others only before (false); None judges all.
    """
    problems: list[Problem] = []
    if now_late and not late:
        return problems
    for use in uses:
        value = answers.get(use.field.name)
        if value is None:
            continue
        for rule in use.field.rules:
            if late and now_late is not None and bool(_rule_reads(rule) & late) != now_late:
                continue
            problem = _judge_rule(use.field, rule, value, env)
            if problem is not None:
                problems.append(problem)
                break
    return problems


def _rule_reads(rule: RuleUse) -> frozenset[str]:
    bound = rule.bound.names if isinstance(rule.bound, Expression) else frozenset()
    return bound | (rule.when.names if rule.when else frozenset())


def _judge_rule(field: Field, use: RuleUse, value: Value, env: Mapping[str, Any]) -> Problem | None:
    if use.when is not None and not use.when.evaluate(env):
        return None
    rule = RULES[use.rule]
    bound = use.bound
    if isinstance(bound, Expression):
        bound = bound.evaluate(env)
    elif rule.takes == "field":
        bound = env.get(bound)
    if bound is None or rule.judge(value, bound):
        return None
    return problem_of(field, use, bound)


def problem_of(field: Field, use: RuleUse, bound: Any) -> Problem:
    """The problem of a rule that was broken, beside the field that the rule names."""
    return Problem(use.at or field.name, use.rule, RULES[use.rule].values(bound), use.message)
