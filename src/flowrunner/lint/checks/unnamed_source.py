"""What a source gives is read at the desk, and has no words there but the names of the file."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Level
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow


class UnnamedSource(LintCheck):
    check = Check("FR504", "unnamed_source", Level.NOTE)

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        shown = flow.desk.show if flow.desk is not None else ()
        if not any(role.staff for role in flow.roles.values()) or (shown and "facts" not in shown):
            return
        used = {look_up.source for step in flow.steps.values() for look_up in step.look_up}
        used |= {each.source for step in flow.steps.values() for act in step.actions.values() for each in act.look_up}
        for source in flow.sources.values():
            if source.name not in used:
                continue
            if source.title is None:
                yield Diagnostic(self.check, source.span, "source", {"source": source.name})
            if source.unnamed:
                yield Diagnostic(self.check, source.span, "facts", {"source": source.name, "names": source.unnamed})
