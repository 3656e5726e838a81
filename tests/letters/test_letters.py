"""A letter: a page and a PDF that say the same, that everybody can read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from flowrunner.i18n.words import words
from flowrunner.letters.page import Letter, letter_page
from flowrunner.letters.pdf import letter_pdf
from flowrunner.model.record import replace
from tests.letters.pdf_ua import elements, faults, kinds
from tests.letters.reading import boxes, read_out, words_of
from tests.letters.samples import ENGLISH, FRENCH, NB


class TestPage:
    def test_it_says_its_language_title_heading_date_and_reference(self) -> None:
        page = letter_page(FRENCH)
        assert '<html lang="fr">' in page
        assert "<title>Lettre de demande – ABCDE-12345</title>" in page
        assert page.count("<h1") == 1
        assert "<h1>Lettre de demande</h1>" in page
        assert (
            f"<p>Le {words('fr').format.date(date(2026, 3, 1))}</p><p>Numéro de référence{NB}: ABCDE-12345</p>" in page
        )
        assert f"<p>{words('en').format.date(date(2026, 3, 1))}</p><p>Reference number: ABCDE-12345</p>" in letter_page(
            ENGLISH
        )

    def test_what_its_words_say_already_is_not_said_twice(self) -> None:
        page = letter_page(replace(FRENCH, day=None, refers=True))
        assert "mars" not in page
        assert page.count("ABCDE-12345") == 1

    def test_a_title_in_another_language_says_so(self) -> None:
        assert '<h1 lang="en">' in letter_page(replace(FRENCH, title_lang="en"))
        assert "<h1>" in letter_page(replace(FRENCH, title_lang="fr"))

    def test_a_language_that_we_do_not_speak_is_still_that_of_the_letter(self) -> None:
        assert '<html lang="iu">' in letter_page(replace(ENGLISH, language="iu"))

    def test_what_stands_beside_the_body_is_no_markup(self) -> None:
        nasty = '</title><script>alert("x")</script>'
        page = letter_page(replace(FRENCH, title=nasty, sender=nasty, reference=nasty))
        assert "<script" not in page
        assert escape(nasty) in page

    def test_it_asks_for_nothing(self) -> None:
        page = letter_page(FRENCH)
        assert not any(word in page for word in ("<link", "<script", "<img", "@import", "url(", "src="))


class TestPdf:
    @pytest.mark.parametrize("letter", [FRENCH, ENGLISH], ids=["fr", "en"])
    def test_it_breaks_no_rule_that_a_machine_can_check(self, letter: Letter) -> None:
        assert faults(letter_pdf(letter_page(letter))) == []

    def test_it_says_what_it_is(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(letter_page(FRENCH)))) as pdf:
            root = pdf.Root
            assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr", True)
            assert bool(root.ViewerPreferences.DisplayDocTitle)
            with pdf.open_metadata() as said:
                assert (said["pdfuaid:part"], said["dc:title"]) == ("1", "Lettre de demande – ABCDE-12345")
            assert str(pdf.docinfo["/Title"]) == "Lettre de demande – ABCDE-12345"
            found = kinds(pdf)
        assert found[:4] == ["Document", "Part", "P", "Span"]
        assert [kind for kind in found if kind in ("H1", "H2", "L", "BlockQuote", "Link")] == [
            "H1",
            "H2",
            "L",
            "L",
            "L",
            "BlockQuote",
            "Link",
        ]

    def test_its_words_are_those_of_the_page(self, tmp_path: Path) -> None:
        written = letter_pdf(letter_page(FRENCH))
        said = (
            "Le jardin Lettre de demande Le 1er mars 2026 Numéro de référence : ABCDE-12345 "
            "Il nous faut : « un été à Noël »; 2 Mo, 1 234,50 $, cœur, Ÿ, —, …, l’eau. "
            "Ce qu’il faut • une pièce ◦ avec photo • une lettre 1. d’abord cité tel quel "
            "Voyez le site et the site."
        )
        assert words_of(written) == f"{said} Page 1 de 1"
        # Where a line or a run of words ends, the tree has no space.
        assert read_out(written, tmp_path).replace(" ", "") == said.replace(" ", "")

    def test_the_same_page_gives_the_same_bytes_whoever_asks(self) -> None:
        page = letter_page(FRENCH)
        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(letter_pdf, [page] * 8))) == 1
        assert letter_pdf(page) != letter_pdf(letter_page(ENGLISH))

    @pytest.mark.parametrize(("territory", "size"), [("CA", (612, 792)), (None, (595, 842)), ("FR", (595, 842))])
    def test_the_paper_is_that_of_the_territory(self, territory: str | None, size: tuple[int, int]) -> None:
        (sheet,), _ = boxes(letter_pdf(letter_page(replace(ENGLISH, territory=territory))))
        assert (round(sheet.width), round(sheet.height)) == size


class TestLongLetters:
    def test_a_thousand_lines_stand_on_pages(self) -> None:
        lines = "<br />\n".join(f"ligne-{number}" for number in range(1000))
        written = letter_pdf(letter_page(replace(FRENCH, body=f"<p>{lines}</p>\n")))
        sheets, words = boxes(written)
        assert len(sheets) > 10
        assert [word.words for word in words if word.words.startswith("ligne-")] == [f"ligne-{n}" for n in range(1000)]
        assert _outside(sheets, words) == []
        assert words_of(written).endswith(f"Page {len(sheets)} de {len(sheets)}")
        assert faults(written) == []

    @pytest.mark.parametrize("long", ["x" * 4000, "https://example.org/" + "a/" * 1500, "é" * 300 + " " + "W" * 300])
    def test_a_word_that_never_ends_stays_on_the_paper(self, long: str) -> None:
        sheets, words = boxes(letter_pdf(letter_page(replace(FRENCH, body=f"<p>{long}</p>\n", title=long[:400]))))
        assert _outside(sheets, words) == []
        assert long[:400].replace(" ", "") in "".join(word.words for word in words)


def _outside(sheets: list, words: list) -> list:  # type: ignore[type-arg]
    return [
        word
        for word in words
        if word.left < 0
        or word.top < 0
        or word.right > sheets[word.page].width
        or word.bottom > sheets[word.page].height
    ]


class TestTheChecker:
    """What `faults` finds, shown by PDFs that have the fault."""

    def test_as_weasyprint_leaves_it_the_page_number_hangs_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flowrunner.letters.pdf_tags.well_marked", lambda written: written)
        assert any("hangs nowhere" in fault for fault in faults(letter_pdf(letter_page(FRENCH))))

    def test_what_is_drawn_without_a_mark(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(letter_page(FRENCH)))) as pdf:
            pdf.pages[0].contents_add(b"0 0 9 9 re f")
            out = BytesIO()
            pdf.save(out)
        assert faults(out.getvalue()) == ["painted without a mark: f"]

    def test_what_is_taken_away(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(letter_page(FRENCH)))) as pdf:
            del pdf.Root.Lang
            pdf.Root.MarkInfo.Marked = False
            next(element for element in elements(pdf) if element.S == pikepdf.Name.H2).S = pikepdf.Name.H3
            del pdf.pages[0].Annots[0].Contents
            out = BytesIO()
            pdf.save(out)
        assert sorted(faults(out.getvalue())) == [
            "a link that is not told",
            "headings [1, 3]",
            "no language",
            "not marked",
        ]
