"""A step that nobody can leave, though it is no end."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow
from flowrunner.model.graph import edges


class NoWayOn(LintCheck):
    check = Check("FR402", "no_way_on")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        # A flow's own deadline ends a case that stands still; it is no way on.
        ways = [edge for edge in edges(flow) if edge.move in ("go", "return", "back")]
        with_exit = {edge.step for edge in ways if not edge.trigger.startswith("timer:")}
        with_exit |= {timer.in_step for timer in flow.timers.values() if timer.in_step}
        for step in flow.steps.values():
            # A side step goes back to whatever opened it; that nothing opens it is another finding.
            if not step.traits.ends and not step.side and step.name not in with_exit:
                yield Diagnostic(self.check, step.span, "found", {"step": step.name})
