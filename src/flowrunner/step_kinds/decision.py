"""`decision`: the first branch that holds is taken at once."""

from __future__ import annotations

from flowrunner.step_kinds.base import StepKind


class DecisionStep(StepKind):
    name = "decision"
    description = "Branches only; nobody sees it."
    keys = ("kind", "reveals", "exclusive", "next")
    required = ("next",)
    passes = True
    shape = "diamond"
    brackets = ("{", "}")
