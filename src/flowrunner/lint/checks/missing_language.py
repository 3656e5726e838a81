"""A text that lacks a language of its flow, or is empty in one."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.lint.texts import texts_of
from flowrunner.model.flow import Flow


class MissingLanguage(LintCheck):
    check = Check("FR501", "missing_language")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        for text in texts_of(flow):
            for language in flow.languages:
                words = text.words.get(language)
                if words is None:
                    yield Diagnostic(self.check, text.span, "found", {"language": language})
                elif not words.source.strip():
                    yield Diagnostic(self.check, text.span, "empty", {"language": language})
