"""A finding is a value that can be said in any language, and whatever the compiler finds has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowrunner.diagnostics import codes
from flowrunner.diagnostics.codes import DUPLICATE_KEY, TYPES, UNKNOWN_NAME
from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Level, Related, Term, has_errors, in_order
from flowrunner.i18n.translations import MissingWord, languages
from flowrunner.i18n.words import words
from flowrunner.span import Span

SOURCE = Path(codes.__file__).parents[1]
HERE = Span("tea.yaml", 3, 5, 3, 8)


def at(line: int, column: int, file: str = "tea.yaml") -> Diagnostic:
    return Diagnostic(UNKNOWN_NAME, Span(file, line, column, line, column), "unknown_step", {"name": "x"})


class TestDiagnostic:
    def test_is_said_in_each_language(self) -> None:
        found = Diagnostic(UNKNOWN_NAME, HERE, "unknown_step", {"name": "cupp"}, nearest="cup")
        assert found.message(words("en")) == "There is no step called “cupp”."
        assert found.message(words("fr")) == "Aucune étape ne s’appelle «\xa0cupp\xa0»."

    def test_has_the_help_of_its_variant_or_else_of_its_check(self) -> None:
        own = Diagnostic(UNKNOWN_NAME, HERE, "unknown_unit", {"name": "fortnight"})
        assert "working days" in own.help(words("en"))
        assert at(1, 1).help(words("en")) == words("en").say("FR301.help")

    def test_a_term_is_said_in_the_language_too(self) -> None:
        found = Diagnostic(TYPES, HERE, "never_a_list", {"found": Term("type_date")})
        assert "a date" in found.message(words("en"))
        assert "une date" in found.message(words("fr"))

    def test_a_line_is_no_amount(self) -> None:
        found = Diagnostic(DUPLICATE_KEY, HERE, values={"key": "cup", "line": 1305}, related=(Related(HERE, "first"),))
        assert "line 1305" in found.message(words("en"))
        assert found.label(found.related[0], words("en")) == "The first one is here."

    def test_a_finding_may_matter_less_than_its_check(self) -> None:
        found = Diagnostic(UNKNOWN_NAME, HERE, "unknown_step", severity=Level.WARNING)
        assert (at(1, 1).level, found.level) == (Level.ERROR, Level.WARNING)
        assert has_errors([found, at(1, 1)])
        assert not has_errors([found])

    def test_equal_findings_are_one(self) -> None:
        assert len({at(1, 1), at(1, 1), at(1, 2)}) == 2

    def test_a_check_without_words_is_refused(self) -> None:
        with pytest.raises(MissingWord):
            Diagnostic(Check("FR999", "no_such_check"), HERE).message(words("en"))

    def test_the_order_is_that_of_the_files_and_keeps_ties(self) -> None:
        tie = Diagnostic(DUPLICATE_KEY, at(2, 1).span, values={"key": "x", "line": 1})
        mixed = [at(10, 1), tie, at(2, 1), at(2, 9), at(1, 1, "a.yaml"), at(9, 1)]
        lines = [(one.span.file, one.span.line, one.span.column) for one in in_order(mixed)]
        assert lines == sorted(lines)
        assert in_order(mixed)[1] is tie


def variants() -> Iterator[tuple[str, str]]:
    """Where the compiler makes a finding with a variant that is written out: the id of its sentence, and the place."""
    known = {name: value for name, value in vars(codes).items() if isinstance(value, Check)}
    for path in sorted((SOURCE / "compiler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 3:
                continue
            check, _, variant = node.args[:3]
            if (
                isinstance(check, ast.Name)
                and check.id in known
                and isinstance(variant, ast.Constant)
                and isinstance(variant.value, str)
            ):
                yield f"{known[check.id].code}.{variant.value}", f"{path.name}:{node.lineno}"


def nouns() -> Iterator[tuple[str, str]]:
    """The nouns of unknown names: `binder.known("step", …)`, `findings.unknown("step", …)`."""
    for path in sorted((SOURCE / "compiler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                noun = node.args[0]
                if (
                    node.func.attr in ("known", "unknown")
                    and isinstance(noun, ast.Constant)
                    and isinstance(noun.value, str)
                ):
                    yield f"FR301.unknown_{noun.value}", f"{path.name}:{node.lineno}"


class TestWordsOfTheCompiler:
    def test_the_search_finds_what_it_is_for(self) -> None:
        assert {"FR108.empty", "FR106.not_utf8"} <= {ident for ident, _ in variants()}

    @pytest.mark.parametrize("language", languages())
    def test_every_finding_that_is_written_out_has_its_sentence(self, language: str) -> None:
        say = words(language)
        assert [
            f"{ident} of {place}" for ident, place in {**dict(variants()), **dict(nouns())}.items() if ident not in say
        ] == []

    @pytest.mark.parametrize("language", languages())
    def test_every_sentence_has_a_way_out(self, language: str) -> None:
        say = words(language)
        lost = [i for i, _ in variants() if f"{i}.help" not in say and f"{i.split('.')[0]}.help" not in say]
        assert lost == []
