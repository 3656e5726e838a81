"""`end`: the case is over."""

from __future__ import annotations

from flowrunner.step_kinds.base import SHOWN, StepKind


class EndStep(StepKind):
    name = "end"
    description = "The case ends here."
    keys = ("kind", "outcome", *SHOWN)
    required = ("outcome", "title")
    ends = True
    follows = False
    shape = "oval"
    brackets = ("([", "])")
