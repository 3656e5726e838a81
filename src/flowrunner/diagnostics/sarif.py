"""Diagnostics as SARIF 2.1.0, which code hosts and editors read.

sarif-om was weighed: its classes have a name for each key of the format and leave writing JSON to whoever uses them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from flowrunner.diagnostics.diagnostic import Check, Diagnostic, in_order
from flowrunner.diagnostics.excerpt import SourceLines
from flowrunner.diagnostics.report import LONGEST_LINE
from flowrunner.i18n.words import Words, words
from flowrunner.span import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], language: str) -> str:
    """One run with the checks that found something as its rules, its words in one language."""
    say, sources = words(language), SourceLines(texts)
    ordered = in_order(diagnostics)
    checks = sorted({one.check for one in ordered}, key=lambda check: check.code)
    rules = [_rule(check, say) for check in checks]
    driver = {"name": "flowrunner", "semanticVersion": _version(), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, checks.index(one.check), sources, say) for one in ordered],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _version() -> str:
    try:
        return version("flowrunner")
    except PackageNotFoundError:
        return "0.0.0"


def _rule(check: Check, say: Words) -> dict[str, Any]:
    return {
        "id": check.code,
        "name": check.name,
        "shortDescription": {"text": say.say(f"{check.code}.title")},
        "defaultConfiguration": {"level": check.level.value},
    }


def _result(diagnostic: Diagnostic, rule: int, sources: SourceLines, say: Words) -> dict[str, Any]:
    message = " ".join([diagnostic.message(say), *_nearest(diagnostic, say), diagnostic.help(say)])
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.level.value,
        "message": {"text": message},
        "locations": [_location(diagnostic.span, sources)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, **_location(other.span, sources), "message": {"text": diagnostic.label(other, say)}}
            for number, other in enumerate(diagnostic.related)
        ]
    return result


def _nearest(diagnostic: Diagnostic, say: Words) -> list[str]:
    return [say.say("report.nearest", name=diagnostic.nearest)] if diagnostic.nearest is not None else []


def _location(span: Span, sources: SourceLines) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    line = sources.line(span.file, span.line)
    if line is not None and span.end_line == span.line:
        region["snippet"] = {"text": line[:LONGEST_LINE]}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.file)}, "region": region}}
