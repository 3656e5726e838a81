"""A title that is written in capitals."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Level
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow


class Shouting(LintCheck):
    check = Check("FR901", "shouting", Level.WARNING)

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        for step in flow.steps.values():
            if step.title is not None and any(words.source.isupper() for words in step.title.words.values()):
                yield Diagnostic(self.check, step.span, "found", {"step": step.name})
