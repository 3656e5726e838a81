"""A text whose placeholders are not the same in each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.lint.texts import texts_of
from flowrunner.model.expression.hole import Filling
from flowrunner.model.flow import Flow
from flowrunner.text.text import LocalizedText


class DifferingPlaceholders(LintCheck):
    check = Check("FR502", "differing_placeholders")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        for text in texts_of(flow):
            by_language = {code: _placeholders(text.words[code]) for code in flow.languages if code in text.words}
            if len({frozenset(names.items()) for names in by_language.values()}) < 2:
                continue
            every = set().union(*by_language.values())
            differing = sorted(name for name in every if len({names[name] for names in by_language.values()}) > 1)
            lacking = next(
                code
                for code, names in by_language.items()
                if names[differing[0]] < max(other[differing[0]] for other in by_language.values())
            )
            values = {"names": ", ".join(f"{{{{ {name} }}}}" for name in differing), "language": lacking}
            yield Diagnostic(self.check, text.words[lacking].span, "found", values)


def _placeholders(words: LocalizedText) -> Counter[str]:
    names = Counter(_source(fill) for fill in words.fills if isinstance(fill, Filling))
    names.update(words.shared)
    return names


def _source(filling: Filling) -> str:
    return " ".join(filling.expression.source.split())
