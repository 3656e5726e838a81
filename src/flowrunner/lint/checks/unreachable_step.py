"""A step that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow
from flowrunner.model.graph import edges, reach


class UnreachableStep(LintCheck):
    check = Check("FR401", "unreachable_step")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        reached = reach([flow.start], edges(flow))
        for step in flow.steps.values():
            if step.name not in reached:
                variant = "side" if step.side else "found"
                yield Diagnostic(self.check, step.span, variant, {"step": step.name, "start": flow.start})
