"""`make words`: what the code says is in every catalogue, and what is missing, fuzzy or wrong is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hatch_build import compile_catalogues
from translation.__main__ import main
from translation.findings import findings
from translation.ids import said, unmentioned

ENGLISH = """
msgid "page.hello"
msgstr "Hello {name}"

msgid "page.files"
msgid_plural "page.files"
msgstr[0] "One file"
msgstr[1] "{n} files"
"""
FRENCH = """
#. Hello {name}
msgid "page.hello"
msgstr "Bonjour {name}"

#. One file
#. {n} files
msgid "page.files"
msgid_plural "page.files"
msgstr[0] "Un fichier"
msgstr[1] "{n} fichiers"
"""
CODE = 'say("page.hello", name=name)\nwords.say_n("page.files", n)\n'


def po(folder: Path, language: str, name: str = "page") -> Path:
    return folder / "locales" / language / "LC_MESSAGES" / f"{name}.po"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two languages, and code that says what is in them."""
    for language, content in (("en", ENGLISH), ("fr", FRENCH)):
        po(tmp_path, language).parent.mkdir(parents=True)
        po(tmp_path, language).write_text(content, encoding="utf-8")
    (tmp_path / "source").mkdir()
    write_code(tmp_path, CODE)
    return tmp_path


def write_code(folder: Path, code: str, name: str = "code.py") -> None:
    (folder / "source" / name).write_text(code, encoding="utf-8")


def change(folder: Path, language: str, old: str, new: str) -> None:
    content = po(folder, language).read_text(encoding="utf-8")
    assert old in content
    po(folder, language).write_text(content.replace(old, new), encoding="utf-8")


def wrong(folder: Path) -> list[tuple[str, str]]:
    return [(one.ident, one.problem) for one in findings(folder / "locales", folder / "source")]


def run(folder: Path) -> int:
    return main(folder / "locales", folder / "source")


class TestFindings:
    def test_sound_catalogues_have_none(self, folder: Path) -> None:
        assert wrong(folder) == []

    @pytest.mark.parametrize(
        ("language", "old", "new", "ident", "problem"),
        [
            ("fr", '"Bonjour {name}"', '""', "page.hello", "empty"),
            ("fr", '"Un fichier"', '""', "page.files", "empty"),
            ("en", '"Hello {name}"', '""', "page.hello", "empty"),
            ("fr", "#. Hello {name}\n", "#. Hello {name}\n#, fuzzy\n", "page.hello", "fuzzy"),
            ("fr", "Bonjour {name}", "Bonjour {nom}", "page.hello", "holes {nom}, in English {name}"),
            ("fr", "Bonjour {name}", "Bonjour {name:plain}", "page.hello", "holes {name:plain}, in English {name}"),
            ("fr", "{n} fichiers", "{nombre} fichiers", "page.files", "holes {nombre}, in English {n}"),
            ("fr", "Bonjour {name}", "Bonjour {name} ", "page.hello", "space around it"),
            ("fr", "#. Hello {name}", "#. Hi {name}", "page.hello", "other English words"),
            ("fr", 'msgid "page.hello"', 'msgid "page.bye"', "page.hello", "missing"),
            ("fr", 'msgid "page.hello"', 'msgid "page.bye"', "page.bye", "obsolete"),
        ],
    )
    def test_each_is_told(self, folder: Path, language: str, old: str, new: str, ident: str, problem: str) -> None:
        change(folder, language, old, new)
        assert any(one == ident and told.startswith(problem) for one, told in wrong(folder)), wrong(folder)

    def test_forms_where_english_has_none(self, folder: Path) -> None:
        change(
            folder,
            "fr",
            'msgid "page.hello"\nmsgstr "Bonjour {name}"',
            'msgid "page.hello"\nmsgid_plural "page.hello"\nmsgstr[0] "{name}"\nmsgstr[1] "{name}"',
        )
        assert [(ident, told[:12]) for ident, told in wrong(folder)] == [("page.hello", "plural forms")]

    def test_an_id_that_stands_in_two_catalogues(self, folder: Path) -> None:
        po(folder, "en", "other").write_text('msgid "page.hello"\nmsgstr "Hello {name}"\n', encoding="utf-8")
        assert ("page.hello", "stands in other.po too") in wrong(folder)

    def test_what_the_code_says_and_english_lacks(self, folder: Path) -> None:
        write_code(folder, CODE + 'say("page.new")\n')
        assert wrong(folder) == [("page.new", "missing: the code says it")]

    def test_what_nothing_in_the_code_says(self, folder: Path) -> None:
        write_code(folder, CODE.replace("page.files", "page.others"))
        assert ("page.files", "obsolete: nothing in the code says it") in wrong(folder)


class TestIds:
    def test_those_of_code_and_templates(self, folder: Path) -> None:
        write_code(
            folder, """say("a.one" if x else "a.two")\nf"{words.say('a.three', y=1)}"\nwords.say_n("a.four", 2)\n"""
        )
        write_code(folder, '{{ say("b.one") }}{{ say("b." ~ kind) }}{{ say_n("b.two", n=3) }}', "page.html")
        assert said(folder / "source") == {"a.three", "a.four", "b.one", "b.two"}

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("code.py", 'TITLE = "page.title"'),
            ("code.py", 'f"page.{part}"'),
            ("code.py", 'f"{name}.title"'),
            ("code.py", '"((page.title)) and more"'),
            ("page.html", '{{ say("page." ~ part) }}'),
            ("page.html", '{{ say("%s.title" % part) }}'),
            ("page.html", '{{ say(part or "page.title") }}'),
        ],
    )
    def test_what_the_code_may_say(self, folder: Path, name: str, code: str) -> None:
        write_code(folder, code, name)
        assert unmentioned(folder / "source", ["page.title", "desk.column"]) == ["desk.column"]

    def test_the_sentences_of_a_check_go_with_its_code(self, folder: Path) -> None:
        write_code(folder, 'CHECK = "FR901"')
        assert unmentioned(folder / "source", ["FR901.found.help", "FR902.found"]) == ["FR902.found"]

    def test_the_end_of_a_sentence_is_no_beginning_of_an_id(self, folder: Path) -> None:
        write_code(folder, '"""What stands on a page."""')
        assert unmentioned(folder / "source", ["page.title"]) == ["page.title"]


class TestUpdate:
    def test_a_new_id_is_added_empty_in_every_language(self, folder: Path) -> None:
        write_code(folder, CODE + 'say("page.new")\n')
        assert run(folder) == 1
        assert wrong(folder) == [("page.new", "empty")] * 2
        change(folder, "en", 'msgid "page.new"\nmsgstr ""', 'msgid "page.new"\nmsgstr "New"')
        assert run(folder) == 1
        change(folder, "fr", '#. New\nmsgid "page.new"\nmsgstr ""', '#. New\nmsgid "page.new"\nmsgstr "Nouveau"')
        assert run(folder) == 0

    def test_english_that_changed_makes_the_others_fuzzy(self, folder: Path) -> None:
        run(folder)
        change(folder, "en", "Hello {name}", "Hi {name}")
        assert run(folder) == 1
        assert [(ident, told[:5]) for ident, told in wrong(folder)] == [("page.hello", "fuzzy")]
        change(folder, "fr", "#. Hi {name}\n#, fuzzy\n", "#. Hi {name}\n")
        assert run(folder) == 0

    def test_what_has_no_english_is_taken_out_and_told(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        change(folder, "fr", 'msgid "page.hello"', 'msgid "page.bye"\nmsgstr "Au revoir"\n\nmsgid "page.hello"')
        assert run(folder) == 0
        assert capsys.readouterr().out == f"{po(folder, 'fr')}: page.bye: taken out\n"
        assert "page.bye" not in po(folder, "fr").read_text(encoding="utf-8")

    def test_comments_and_words_of_translators_stay(self, folder: Path) -> None:
        change(folder, "fr", "#. Hello {name}", "# Familier.\n#. Hello {name}")
        assert run(folder) == 0
        written = po(folder, "fr").read_text(encoding="utf-8")
        assert '# Familier.\n#. Hello {name}\nmsgid "page.hello"\nmsgstr "Bonjour {name}"\n' in written

    def test_a_new_language_has_all_ids_empty(self, folder: Path) -> None:
        po(folder, "pl").parent.mkdir(parents=True)
        assert run(folder) == 1
        assert wrong(folder) == [("page.hello", "empty"), ("page.files", "empty")]
        written = po(folder, "pl").read_text(encoding="utf-8")
        assert '"Language: pl\\n"' in written
        assert "nplurals=3" in written
        assert 'msgstr[2] ""' in written


class TestCompileCatalogues:
    def test_one_that_is_newer_is_compiled_again_and_no_other(self, folder: Path) -> None:
        compile_catalogues(folder / "locales")
        english, french = (po(folder, language).with_suffix(".mo") for language in ("en", "fr"))
        for path in (english, french):
            os.utime(path, (1, 1))
        os.utime(po(folder, "en"), (1, 1))
        compile_catalogues(folder / "locales")
        assert english.stat().st_mtime == 1
        assert french.stat().st_mtime > 1
        assert sorted(folder.rglob("*.mo")) == sorted([english, french])
