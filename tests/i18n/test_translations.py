"""Every language says the same things, all of them, and French is set as Canada sets it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import flowrunner.i18n.translations as module
from flowrunner.i18n.translations import MissingWord, Sentences, languages, locales_folder, sentences
from flowrunner.i18n.words import Words
from hatch_build import compile_catalogues
from tests.entries import entries

HOLE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*(?::[a-z]+)?)\}(?!\})")
NO_BREAK = "\N{NO-BREAK SPACE}"
# What is shown as code, or is a place in a file, keeps the signs of code.
CODE = re.compile(
    r"«\N{NO-BREAK SPACE}.*?\N{NO-BREAK SPACE}»|`[^`]*`|\{\{.*?\}\}|https?://\S+|[0-9]:[0-9]|\{line(?::plain)?\}:|!="
)


def each_form(language: str) -> Iterator[tuple[str, str]]:
    for ident, sentence in entries(language).items():
        for form in sentence:
            yield ident, form


def help_pages(language: str) -> Iterator[tuple[str, str]]:
    for path in sorted((locales_folder() / language / "checks").glob("*.md")):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield path.stem, prose


def holes(sentence: tuple[str, ...]) -> set[str]:
    return {hole for form in sentence for hole in HOLE.findall(form)}


class TestCatalogues:
    def test_there_are_both_official_languages(self) -> None:
        assert {"en", "fr"} <= set(languages())

    @pytest.mark.parametrize("language", languages())
    def test_all_languages_have_the_same_ids(self, language: str) -> None:
        assert set(entries(language)) == set(entries("en"))

    @pytest.mark.parametrize("language", languages())
    def test_all_languages_fill_the_same_holes(self, language: str) -> None:
        english, other = entries("en"), entries(language)
        differ = [
            ident
            for ident, sentence in english.items()
            if not ident.startswith("format.") and holes(sentence) != holes(other[ident]) | {"n"} & holes(sentence)
        ]
        assert differ == []

    @pytest.mark.parametrize("language", languages())
    def test_a_sentence_with_forms_has_them_in_every_language(self, language: str) -> None:
        english, other = entries("en"), entries(language)
        assert [ident for ident in english if (len(english[ident]) > 1) is not (len(other[ident]) > 1)] == []

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

    @pytest.mark.parametrize("language", languages())
    def test_gettext_reads_what_translators_wrote(self, language: str) -> None:
        speaking = sentences(language)
        plain = {ident: forms[0] for ident, forms in entries(language).items() if len(forms) == 1}
        assert {ident: speaking.get(ident) for ident in plain} == plain
        plural = {ident: forms for ident, forms in entries(language).items() if len(forms) > 1}
        assert {ident: (speaking.get(ident, 1), speaking.get(ident, 2)) for ident in plural} == plural


class TestSentences:
    FIRST = 'msgid "one"\nmsgstr "1"\n'
    SECOND = 'msgid "two"\nmsgstr "2"\n'

    @staticmethod
    def written(folder: Path, **files: str) -> Sentences:
        catalogues = folder / "en" / "LC_MESSAGES"
        catalogues.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            catalogues.joinpath(f"{name}.po").write_text(content, encoding="utf-8")
        compile_catalogues(folder)
        return Sentences("en", sorted(catalogues.glob("*.mo")))

    def test_a_catalogue_is_read_once_a_sentence_of_it_is_asked_for(self, tmp_path: Path) -> None:
        said = self.written(tmp_path, first=self.FIRST, second=self.SECOND)
        assert (said.get("one"), said.unread) == ("1", ("second",))
        assert (said.get("two"), said.unread) == ("2", ())

    def test_all_catalogues_are_read_to_tell_that_there_is_no_sentence(self, tmp_path: Path) -> None:
        said = self.written(tmp_path, first=self.FIRST, second=self.SECOND)
        assert (said.get("three"), said.unread) == (None, ())

    @pytest.mark.parametrize(
        "entry",
        [
            'msgid "one"\nmsgstr ""\n',
            '#, fuzzy\nmsgid "one"\nmsgstr "1"\n',
            'msgid "one"\nmsgid_plural "one"\nmsgstr[0] ""\nmsgstr[1] ""\n',
        ],
        ids=["empty", "fuzzy", "no form"],
    )
    def test_what_is_empty_or_fuzzy_is_not_there(self, tmp_path: Path, entry: str) -> None:
        said = Words(self.written(tmp_path, first=entry, second=self.SECOND))
        assert ("one" in said, "two" in said) == (False, True)
        with pytest.raises(MissingWord, match="no word 'one'"):
            said.say("one")
        with pytest.raises(MissingWord, match="no word 'one'"):
            said.say_n("one", 1)

    def test_threads_that_read_at_once_all_have_the_sentence(self, tmp_path: Path) -> None:
        files = {f"c{number:02}": f'msgid "id.{number}"\nmsgstr "{number}"\n' for number in range(40)}
        said = self.written(tmp_path, **files)
        idents = [f"id.{39 - number % 40}" for number in range(400)]
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(said.get, idents)) == [ident.removeprefix("id.") for ident in idents]

    @pytest.mark.parametrize("stale", ["missing", "older"])
    def test_a_catalogue_that_is_not_compiled_as_it_stands_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stale: str
    ) -> None:
        self.written(tmp_path, first=self.FIRST)
        po = tmp_path / "en" / "LC_MESSAGES" / "first.po"
        monkeypatch.setattr(module, "locales_folder", lambda: tmp_path)
        assert sentences.__wrapped__("en").get("one") == "1"
        if stale == "missing":
            po.with_suffix(".mo").unlink()
        else:
            os.utime(po, (po.stat().st_atime, po.with_suffix(".mo").stat().st_mtime + 1))
        with pytest.raises(MissingWord, match=r"first\.po.* not compiled .*make setup"):
            sentences.__wrapped__("en")

    @pytest.mark.parametrize("language", languages())
    def test_a_page_reads_no_file_of_the_command_line(self, language: str) -> None:
        said = sentences.__wrapped__(language)
        assert all(
            said.get(ident) for ident in ("page.continue", "format.date", "desk.title", "mail.no_reply", "case.about")
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
