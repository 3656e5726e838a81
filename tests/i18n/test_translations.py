"""Every language says the same things, all of them, and French is set as Canada sets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowrunner.i18n.translations import MissingWord, Sentences, languages, locales_folder, sentences

HOLE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*(?::[a-z]+)?)\}(?!\})")
NO_BREAK = "\N{NO-BREAK SPACE}"
# What is shown as code, or is a place in a file, keeps the signs of code.
CODE = re.compile(
    r"«\N{NO-BREAK SPACE}.*?\N{NO-BREAK SPACE}»|`[^`]*`|\{\{.*?\}\}|https?://\S+|[0-9]:[0-9]|\{line(?::plain)?\}:|!="
)


def forms(sentence: str | tuple[str, ...]) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else sentence


def each_form(language: str) -> Iterator[tuple[str, str]]:
    for ident, sentence in sentences(language).items():
        for form in forms(sentence):
            yield ident, form


def help_pages(language: str) -> Iterator[tuple[str, str]]:
    for path in sorted((locales_folder() / language / "checks").glob("*.md")):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield path.stem, prose


def holes(words: Sentences, ident: str) -> set[str]:
    return {hole for form in forms(words[ident]) for hole in HOLE.findall(form)}


class TestCatalogues:
    def test_there_are_both_official_languages(self) -> None:
        assert {"en", "fr"} <= set(languages())

    @pytest.mark.parametrize("language", languages())
    def test_all_languages_have_the_same_ids(self, language: str) -> None:
        assert set(sentences(language)) == set(sentences("en"))

    @pytest.mark.parametrize("language", languages())
    def test_all_languages_fill_the_same_holes(self, language: str) -> None:
        english, other = sentences("en"), sentences(language)
        differ = [
            ident
            for ident in english
            if not ident.startswith("format.")
            and holes(english, ident) != holes(other, ident) | {"n"} & holes(english, ident)
        ]
        assert differ == []

    @pytest.mark.parametrize("language", languages())
    def test_a_sentence_with_forms_has_them_in_every_language(self, language: str) -> None:
        english, other = sentences("en"), sentences(language)
        differ = [i for i in english if isinstance(english[i], str) is not isinstance(other[i], str)]
        assert differ == []

    @pytest.mark.parametrize("language", languages())
    def test_no_sentence_is_empty_or_has_space_around_it(self, language: str) -> None:
        assert [ident for ident, form in each_form(language) if not form or form != form.strip()] == []

    @pytest.mark.parametrize("language", languages())
    def test_no_id_stands_twice(self, language: str) -> None:
        seen: dict[str, Path] = {}
        for path in sorted((locales_folder() / language / "LC_MESSAGES").glob("*.po")):
            for ident in re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE):
                assert ident not in seen, f"{ident} stands in {seen[ident].name} and in {path.name}"
                seen[ident] = path


class TestSentences:
    FIRST = 'msgid "one"\nmsgstr "1"\n'
    SECOND = 'msgid "two"\nmsgstr "2"\n'

    @staticmethod
    def written(folder: Path, **files: str) -> Sentences:
        for name, content in files.items():
            folder.joinpath(f"{name}.po").write_text(content, encoding="utf-8")
        return Sentences("en", sorted(folder.glob("*.po")))

    def test_a_file_is_read_once_a_sentence_of_it_is_asked_for(self, tmp_path: Path) -> None:
        said = self.written(tmp_path, first=self.FIRST, second=self.SECOND)
        assert said["one"] == "1"
        tmp_path.joinpath("second.po").write_text(self.SECOND.replace('"2"', '"two"'), encoding="utf-8")
        assert said["two"] == "two"

    def test_all_files_are_read_to_tell_what_there_is(self, tmp_path: Path) -> None:
        said = self.written(tmp_path, first=self.FIRST, second=self.SECOND)
        assert (len(said), set(said), "two" in said, "three" in said) == (2, {"one", "two"}, True, False)

    def test_an_id_that_stands_in_two_files_is_refused(self, tmp_path: Path) -> None:
        said = self.written(tmp_path, first=self.FIRST, second=self.FIRST)
        assert said["one"] == "1"
        with pytest.raises(MissingWord, match="'one' stands in two"):
            list(said)

    @pytest.mark.parametrize("language", languages())
    def test_a_page_reads_no_file_of_the_command_line(self, language: str) -> None:
        said = sentences.__wrapped__(language)
        assert all(
            said[ident] for ident in ("page.continue", "format.date", "desk.title", "mail.no_reply", "case.about")
        )
        assert {"commands", "diagnostics", "doctor", "lint"} <= set(said.unread)


class TestFrenchTypography:
    """Section 4 of the standards: the rules of Canada, which are not those of France."""

    RULES = (
        ("a no-break space before a colon", re.compile(rf"[^{NO_BREAK}]:(?=\s|$)")),
        ("no space before ; ! ?", re.compile(rf"[ {NO_BREAK}][;!?]")),
        ("curly apostrophes", re.compile(r"(?<=\w)'(?=\w)")),
        ("no straight quotes", re.compile(r'"')),
        ("a no-break space inside « »", re.compile(rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»")),
        ("a no-break space before units", re.compile(r"[0-9}] (?:%|\$|h\b|ko\b|Mo\b|Go\b)")),
    )

    @staticmethod
    def prose(written: str) -> str:
        return CODE.sub("x", written)

    @pytest.mark.parametrize(("rule", "wrong"), RULES, ids=[rule for rule, _ in RULES])
    def test_sentences(self, rule: str, wrong: re.Pattern[str]) -> None:
        text = str if "« »" in rule else self.prose
        assert [ident for ident, form in each_form("fr") if wrong.search(text(form))] == []

    @pytest.mark.parametrize(("rule", "wrong"), RULES, ids=[rule for rule, _ in RULES])
    def test_help_pages(self, rule: str, wrong: re.Pattern[str]) -> None:
        text = str if "« »" in rule else self.prose
        assert [code for code, page in help_pages("fr") if wrong.search(text(page))] == []

    @pytest.mark.parametrize(
        ("wrong", "rule"),
        [
            ("Réponse: oui", 0),
            ("Réponse : oui", 0),
            ("Quoi ?", 1),
            ("Fini\xa0!", 1),
            ("l'eau", 2),
            ('"oui"', 3),
            ("« oui »", 4),
            ("2 Mo", 5),
        ],
    )
    def test_each_rule_finds_what_it_is_for(self, wrong: str, rule: int) -> None:
        assert self.RULES[rule][1].search(wrong)


class TestEnglishTypography:
    def test_curly_apostrophes(self) -> None:
        assert [ident for ident, form in each_form("en") if re.search(r"[a-z]'[a-z]", CODE.sub("x", form))] == []

    def test_no_double_spaces(self) -> None:
        assert [ident for ident, form in each_form("en") if "  " in form] == []
