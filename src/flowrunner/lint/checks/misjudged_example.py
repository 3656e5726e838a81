"""An example that its own rules judge wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.lint.base import LintCheck
from flowrunner.model.case import Problem
from flowrunner.model.flow import Example, Field, FieldUse, Flow
from flowrunner.rules.judging import judge


class MisjudgedExample(LintCheck):
    check = Check("FR601", "misjudged_example")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        for field in flow.fields.values():
            for example in field.valid:
                problem = _problem(flow, field, example)
                if problem is not None:
                    yield self._diagnostic(field, example, "refused", problem.code)
            for example in field.invalid:
                if _problem(flow, field, example) is None:
                    yield self._diagnostic(field, example, "accepted", "")

    def _diagnostic(self, field: Field, example: Example, variant: str, problem: str) -> Diagnostic:
        values = {"field": field.name, "example": str(example.value), "problem": problem}
        return Diagnostic(self.check, example.span, variant, values)


def _problem(flow: Flow, field: Field, example: Example) -> Problem | None:
    """The first problem of an example as an answer, with the other answers that it names and no others."""
    choices = field.choices if isinstance(field.choices, tuple) else ()
    context = Context(choices=choices, territory=flow.territory)
    reading = FIELD_TYPES[field.kind].parse(field, example.value, context)
    if reading.problems:
        return reading.problems[0]
    env: dict[str, Any] = {**example.given, field.name: reading.value}
    return next(iter(judge([FieldUse(field)], {field.name: reading.value}, env)), None)
