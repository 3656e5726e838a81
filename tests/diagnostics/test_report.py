"""What an author reads of findings: golden files in both languages, and no line that spoils a screen."""

from __future__ import annotations

import json
import unicodedata
from importlib.metadata import version
from pathlib import Path

import pytest

from flowrunner.compiler.parse import parse_yaml
from flowrunner.diagnostics.codes import DUPLICATE_KEY, UNKNOWN_NAME
from flowrunner.diagnostics.diagnostic import Diagnostic, Level, Related
from flowrunner.diagnostics.excerpt import MOST_COLUMNS, SourceLines
from flowrunner.diagnostics.report import LONGEST_LINE, as_json, as_text, summary
from flowrunner.diagnostics.sarif import as_sarif
from flowrunner.span import NOWHERE, Span

GOLDEN = Path(__file__).parent / "golden"
FLOW = """\
flowrunner: 1
flow: tea
title: {en: Tea, and more, fr: Thé}
steps:
  pot:
    title: Bring form #5 and a cup
    next: cupp
  cup: {kind: end}
  pot: {kind: end}
"""
BROKEN = """\
flow: tea
title: Note: hot
label: "Hot" or cold
languages: [en, fr
"""
TEXTS = {"flows/tea.yaml": FLOW, "flows/broken.yaml": BROKEN}


def findings() -> list[Diagnostic]:
    unknown = Diagnostic(
        UNKNOWN_NAME, Span("flows/tea.yaml", 7, 11, 7, 15), "unknown_step", {"name": "cupp"}, nearest="cup"
    )
    note = Diagnostic(
        UNKNOWN_NAME, Span("flows/gone.yaml", 1, 1, 1, 1), "unknown_text", {"name": "x"}, severity=Level.NOTE
    )
    parsed = [parse_yaml(text.encode(), file) for file, text in TEXTS.items()]
    return [unknown, note, *(one for file in parsed for one in file.diagnostics)]


def carets(line: str, start: int, end: int) -> tuple[str, str]:
    excerpt = SourceLines({"f": line}).excerpt(Span("f", 1, start, 1, end))
    assert excerpt is not None
    return excerpt.line, excerpt.carets


def columns(text: str) -> int:
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


class TestGoldenReports:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize(("form", "suffix"), [(as_text, "txt"), (as_json, "json"), (as_sarif, "sarif")])
    def test_a_report_is_what_it_was(self, form: object, suffix: str, language: str) -> None:
        assert callable(form)
        golden = GOLDEN / f"report.{language}.{suffix}"
        told = form(findings(), TEXTS, language).replace(f'"{version("flowrunner")}"', '"VERSION"')
        assert told == golden.read_text(encoding="utf-8")

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_order_does_not_depend_on_who_found_what_first(self, language: str) -> None:
        assert as_text(reversed(findings()), TEXTS, language) == as_text(findings(), TEXTS, language)

    def test_nothing_found(self) -> None:
        assert as_text([], {}, "en") == "No problem was found.\n"
        assert summary([], "fr") == "Aucun problème n’a été trouvé."


class TestCaret:
    def test_stands_under_the_span(self) -> None:
        assert carets("  next: cupp", 9, 13) == ("  next: cupp", "        ^^^^")

    def test_a_span_of_no_width_has_one(self) -> None:
        assert carets("key:", 5, 5) == ("key:", "    ^")

    def test_wide_characters_take_two_columns(self) -> None:
        line, caret = carets("茶: 茶碗 x", 4, 6)
        assert caret == " " * columns("茶: ") + "^" * columns("茶碗")
        assert line == "茶: 茶碗 x"

    def test_combining_characters_take_none(self) -> None:
        assert carets("the\u0301: x", 7, 8)[1] == "     ^"

    def test_tabs_are_spaces(self) -> None:
        assert carets("\tkey: x", 2, 5) == ("    key: x", "    ^^^")

    def test_what_could_move_the_cursor_is_shown_by_its_code(self) -> None:
        assert carets("a\x1b[2Jb\u202ec", 7, 8) == ("a<U+001B>[2Jb<U+202E>c", " " * 13 + "^" * 8)

    @pytest.mark.parametrize("start", [1, 50, 99, 100, 101, 500, 995, 1000])
    def test_a_long_line_shows_a_window(self, start: int) -> None:
        text = "".join(chr(ord("a") + place % 26) for place in range(1000))
        line, caret = carets(text, start, start + 1)
        assert columns(line) <= MOST_COLUMNS + 1
        assert len(caret) <= columns(line)
        assert line[len(caret) - 1] == text[start - 1]

    def test_a_span_over_lines_is_shown_to_the_end_of_its_first(self) -> None:
        excerpt = SourceLines({"f": "a: |\n  b\n"}).excerpt(Span("f", 1, 4, 2, 4))
        assert excerpt is not None
        assert (excerpt.line, excerpt.carets) == ("a: |", "   ^")

    @pytest.mark.parametrize("span", [NOWHERE, Span("f", 9, 1, 9, 2), Span("g", 1, 1, 1, 1)])
    def test_a_place_that_is_not_there_has_no_line(self, span: Span) -> None:
        assert SourceLines({"f": "a\n"}).excerpt(span) is None

    def test_all_ends_of_lines_count(self) -> None:
        sources = SourceLines({"f": "a\r\nb\rc\nd"})
        assert [sources.line("f", number) for number in (1, 2, 3, 4, 5)] == ["a", "b", "c", "d", None]


class TestForPrograms:
    def test_json_has_what_an_editor_needs(self) -> None:
        told = json.loads(as_json(findings(), TEXTS, "en"))
        unknown = next(one for one in told["diagnostics"] if one["nearest"])
        assert {
            key: unknown[key] for key in ("code", "level", "file", "line", "column", "end", "nearest", "source")
        } == {
            "code": "FR301",
            "level": "error",
            "file": "flows/tea.yaml",
            "line": 7,
            "column": 11,
            "end": {"line": 7, "column": 15},
            "nearest": "cup",
            "source": "    next: cupp",
        }
        assert told["counts"]["note"] == 1

    def test_a_long_line_is_cut(self) -> None:
        text = "a: " + "x" * 5_000
        found = Diagnostic(DUPLICATE_KEY, Span("f", 1, 1, 1, 2), values={"key": "a", "line": 1})
        assert len(json.loads(as_json([found], {"f": text}, "en"))["diagnostics"][0]["source"]) == LONGEST_LINE

    def test_sarif_points_each_result_at_its_rule(self) -> None:
        run = json.loads(as_sarif(findings(), TEXTS, "fr"))["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
        assert run["language"] == "fr"

    def test_sarif_escapes_the_names_of_files(self) -> None:
        found = Diagnostic(DUPLICATE_KEY, Span("flows/thé vert.yaml", 1, 1, 1, 2), values={"key": "a", "line": 1})
        found_here = Diagnostic(found.check, found.span, values=found.values, related=(Related(found.span, "first"),))
        result = json.loads(as_sarif([found_here], {}, "en"))["runs"][0]["results"][0]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "flows/th%C3%A9%20vert.yaml"
        assert "snippet" not in place["region"]
        assert result["relatedLocations"][0]["message"]["text"] == "The first one is here."
