"""`wait`: somebody else, or time, leads on."""

from __future__ import annotations

from flowrunner.step_kinds.base import ASKS, LEADS, SHOWN, StepKind


class WaitStep(StepKind):
    name = "wait"
    description = "Another role or a timer acts; the owner lands here too."
    keys = ("kind", "role", "reveals", "exclusive", *SHOWN, *ASKS, *LEADS)
    required = ("title",)
    waits = True
    follows = False
    shape = "box3d"
    brackets = ("[[", "]]")
