"""A list of branches whose last one has a condition, or whose default does not stand last."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow


class NoDefault(LintCheck):
    check = Check("FR403", "no_default")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        for step in flow.steps.values():
            for trigger, branches in step.triggers():
                values = {"step": step.name, "trigger": trigger}
                if branches[-1].when is not None:
                    yield Diagnostic(self.check, branches[-1].span, "found", values)
                for branch in branches[:-1]:
                    if branch.when is None:
                        yield Diagnostic(self.check, branch.span, "not_last", values)
