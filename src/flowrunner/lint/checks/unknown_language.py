"""A language of the flow that the interpreter has no words in."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.i18n.translations import languages
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow
from flowrunner.registry import nearest


class UndeclaredLanguage(LintCheck):
    check = Check("FR503", "unknown_language")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        available = languages()
        for language in flow.languages:
            if language not in available:
                values = {"language": language, "known": ", ".join(available)}
                yield Diagnostic(self.check, flow.languages_span, "found", values, nearest(language, available))
