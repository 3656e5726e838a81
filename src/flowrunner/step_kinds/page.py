"""`page`, which a step is that says nothing else."""

from __future__ import annotations

from flowrunner.step_kinds.base import ASKS, LEADS, SHOWN, StepKind


class PageStep(StepKind):
    name = "page"
    description = "A page that asks or tells something."
    keys = ("kind", "role", "reveals", "exclusive", *SHOWN, *ASKS, *LEADS)
