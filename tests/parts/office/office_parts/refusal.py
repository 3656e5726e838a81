"""`refusal`: an end that must say how the case stands."""

from __future__ import annotations

from flowrunner.step_kinds.base import SHOWN, StepKind


class RefusalStep(StepKind):
    name = "refusal"
    description = "The case ends here, refused."
    keys = ("kind", "outcome", *SHOWN)
    required = ("outcome", "title", "status")
    ends = True
    follows = False
    shape = "octagon"
    brackets = ("{{", "}}")
