"""Diagnostics told to a person (text with a caret) or to a program (JSON).

What is shown of a file is the flow's own source line and nothing else: no answer of anyone ever comes here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flowrunner.diagnostics.diagnostic import Diagnostic, Level, in_order
from flowrunner.diagnostics.excerpt import SourceLines
from flowrunner.i18n.words import Words, words
from flowrunner.span import Span

LONGEST_LINE = 1_000
_COUNTS = {Level.ERROR: "report.errors", Level.WARNING: "report.warnings", Level.NOTE: "report.notes"}


# --- For a person -------------------------------------------------------------------------


def as_text(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], language: str) -> str:
    """Each finding with its line, a caret and the way out, then how many there are. `texts` are the files by name."""
    say, sources = words(language), SourceLines(texts)
    ordered = in_order(diagnostics)
    parts = [_finding_text(one, sources, say) for one in ordered]
    return "\n\n".join([*parts, summary(ordered, language)]) + "\n"


def summary(diagnostics: Iterable[Diagnostic], language: str) -> str:
    """How many errors, warnings and notes, in words."""
    say = words(language)
    levels = [one.level for one in diagnostics]
    counts = [say.say_n(ident, levels.count(level)) for level, ident in _COUNTS.items() if level in levels]
    return say.say("report.summary", counts=tuple(counts)) if counts else say.say("report.clean")


def _finding_text(finding: Diagnostic, sources: SourceLines, say: Words) -> str:
    level = say.say(f"level.{finding.level.value}")
    lines = [
        f"{finding.span}: {level} {finding.code} {finding.message(say)}",
        *_excerpt(finding.span, sources),
    ]
    for related in finding.related:
        lines += [f"  {related.span}: {finding.label(related, say)}", *_excerpt(related.span, sources)]
    if finding.nearest is not None:
        lines.append("  " + say.say("report.nearest", name=finding.nearest))
    lines.append("  " + finding.help(say))
    if finding.corrected:
        lines.append("  " + say.say_n("report.corrected", len(finding.corrected)))
        lines += [f"      {line}" for line in finding.corrected]
    return "\n".join(lines)


def _excerpt(span: Span, sources: SourceLines) -> list[str]:
    excerpt = sources.excerpt(span)
    if excerpt is None:
        return []
    number = f"{excerpt.number:>5}"
    return [f"{number} | {excerpt.line}", f"{' ' * len(number)} | {excerpt.carets}"]


# --- For a program ------------------------------------------------------------------------


def as_json(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], language: str) -> str:
    """One object: `diagnostics` in order, and `counts` by level. A source line is cut after 1,000 characters."""
    say, sources = words(language), SourceLines(texts)
    ordered = in_order(diagnostics)
    levels = [one.level for one in ordered]
    document = {
        "language": language,
        "counts": {level.value: levels.count(level) for level in Level},
        "diagnostics": [_object(one, sources, say) for one in ordered],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _object(finding: Diagnostic, sources: SourceLines, say: Words) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.check.name,
        "level": finding.level.value,
        **_place(finding.span),
        "message": finding.message(say),
        "help": finding.help(say),
        "nearest": finding.nearest,
        "corrected": list(finding.corrected),
        "source": (sources.line(finding.span.file, finding.span.line) or "")[:LONGEST_LINE],
        "related": [{**_place(other.span), "message": finding.label(other, say)} for other in finding.related],
    }


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end": {"line": span.end_line, "column": span.end_column},
    }
