"""A letter: a page and a PDF that say the same, that everybody can read, and that reach for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from flowrunner.letters.page import Letter, page_of
from flowrunner.letters.pdf import letter_pdf, letters_possible
from flowrunner.words import words
from tests.letters.pdf_ua import elements, faults, kinds
from tests.letters.reading import boxes, read_out, words_of

NB = "\N{NO-BREAK SPACE}"
BODY = f"""\
<p>Il nous faut{NB}: « un été à Noël »; 2{NB}Mo, 1{NB}234,50{NB}$, cœur, Ÿ, —, …, l’eau.</p>
<h2>Ce qu’il faut</h2>
<ul>
<li>une pièce
<ul>
<li>avec photo</li>
</ul>
</li>
<li>une <strong>lettre</strong></li>
</ul>
<ol>
<li>
<p>d’abord</p>
</li>
</ol>
<blockquote>
<p>cité</p>
</blockquote>
<hr />
<pre><code>tel quel
</code></pre>
<p>Voyez <a href="https://example.org/é">le site</a> et <span lang="en">the site</span>.</p>
"""
FRENCH = Letter(
    "fr",
    "Lettre de demande",
    BODY,
    day=date(2026, 3, 1),
    reference="ABCDE-12345",
    sender="Le jardin",
    territory="CA",
)
ENGLISH = replace(
    FRENCH, language="en", title="Request letter", body="<p>We need a document.</p>\n", sender="The garden"
)


class TestPage:
    def test_it_says_its_language_title_heading_date_and_reference(self) -> None:
        page = page_of(FRENCH)
        assert '<html lang="fr">' in page
        assert "<title>Lettre de demande – ABCDE-12345</title>" in page
        assert page.count("<h1") == 1
        assert "<h1>Lettre de demande</h1>" in page
        assert (
            f"<p>Le {words('fr').format.date(date(2026, 3, 1))}</p><p>Numéro de référence{NB}: ABCDE-12345</p>" in page
        )
        assert f"<p>{words('en').format.date(date(2026, 3, 1))}</p><p>Reference number: ABCDE-12345</p>" in page_of(
            ENGLISH
        )

    def test_what_its_words_say_already_is_not_said_twice(self) -> None:
        page = page_of(replace(FRENCH, day=None, refers=True))
        assert "mars" not in page
        assert page.count("ABCDE-12345") == 1

    def test_a_title_in_another_language_says_so(self) -> None:
        assert '<h1 lang="en">' in page_of(replace(FRENCH, title_lang="en"))
        assert "<h1>" in page_of(replace(FRENCH, title_lang="fr"))

    def test_a_language_that_we_do_not_speak_is_still_that_of_the_letter(self) -> None:
        assert '<html lang="iu">' in page_of(replace(ENGLISH, language="iu"))

    def test_what_stands_beside_the_body_is_no_markup(self) -> None:
        nasty = '</title><script>alert("x")</script>'
        page = page_of(replace(FRENCH, title=nasty, sender=nasty, reference=nasty))
        assert "<script" not in page
        assert escape(nasty) in page

    def test_it_asks_for_nothing(self) -> None:
        page = page_of(FRENCH)
        assert not any(word in page for word in ("<link", "<script", "<img", "@import", "url(", "src="))


class TestPdf:
    @pytest.mark.parametrize("letter", [FRENCH, ENGLISH], ids=["fr", "en"])
    def test_it_breaks_no_rule_that_a_machine_can_check(self, letter: Letter) -> None:
        assert faults(letter_pdf(page_of(letter))) == []

    def test_it_says_what_it_is(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(page_of(FRENCH)))) as pdf:
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
        written = letter_pdf(page_of(FRENCH))
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
        page = page_of(FRENCH)
        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(letter_pdf, [page] * 8))) == 1
        assert letter_pdf(page) != letter_pdf(page_of(ENGLISH))

    @pytest.mark.parametrize(("territory", "size"), [("CA", (612, 792)), (None, (595, 842)), ("FR", (595, 842))])
    def test_the_paper_is_that_of_the_territory(self, territory: str | None, size: tuple[int, int]) -> None:
        (sheet,), _ = boxes(letter_pdf(page_of(replace(ENGLISH, territory=territory))))
        assert (round(sheet.width), round(sheet.height)) == size


class TestLongLetters:
    def test_a_thousand_lines_stand_on_pages(self) -> None:
        lines = "<br />\n".join(f"ligne-{number}" for number in range(1000))
        written = letter_pdf(page_of(replace(FRENCH, body=f"<p>{lines}</p>\n")))
        sheets, words = boxes(written)
        assert len(sheets) > 10
        assert [word.words for word in words if word.words.startswith("ligne-")] == [f"ligne-{n}" for n in range(1000)]
        assert _outside(sheets, words) == []
        assert words_of(written).endswith(f"Page {len(sheets)} de {len(sheets)}")
        assert faults(written) == []

    @pytest.mark.parametrize("long", ["x" * 4000, "https://example.org/" + "a/" * 1500, "é" * 300 + " " + "W" * 300])
    def test_a_word_that_never_ends_stays_on_the_paper(self, long: str) -> None:
        sheets, words = boxes(letter_pdf(page_of(replace(FRENCH, body=f"<p>{long}</p>\n", title=long[:400]))))
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


class _Counting(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test reads what was asked."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that notes what it is asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counting", (_Counting,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


class TestNothingIsFetched:
    def test_what_was_typed_is_words(self, elsewhere: tuple[str, list[str]]) -> None:
        address, asked = elsewhere
        typed = f'<img src="{address}/a"> <style>@import "{address}/b";</style> file:///etc/passwd {{{{ x }}}}'
        written = letter_pdf(page_of(replace(FRENCH, body=f"<p>{escape(typed)}</p>\n", title=typed, sender=typed)))
        assert asked == []
        assert words_of(written).count("file:///etc/passwd") == 3

    def test_even_markup_would_reach_nobody(self, elsewhere: tuple[str, list[str]], tmp_path: Path) -> None:
        """A seeded fault: a body that was not escaped. The fetcher is the second wall."""
        address, asked = elsewhere
        secret = tmp_path / "secret.css"
        secret.write_text("p::after { content: 'SECRET' }")
        body = (
            f'<p style="background: url({address}/a)">x</p><img alt="i" src="{address}/b">'
            f'<img alt="f" src="{secret.as_uri()}">'
            f'<style>@import url("{address}/c"); @import url("{secret.as_uri()}"); '
            f'@font-face {{ font-family: x; src: url("{address}/d") }} p {{ font-family: x }}</style>'
            f'<link rel="stylesheet" href="{secret.as_uri()}"><link rel="attachment" href="{secret.as_uri()}">'
            f'<object data="{address}/e"></object><a rel="attachment" href="{secret.as_uri()}">y</a>'
        )
        written = letter_pdf(page_of(replace(FRENCH, body=body)))
        assert asked == []
        assert "SECRET" not in words_of(written)
        assert b"SECRET" not in written
        with pikepdf.open(BytesIO(written)) as pdf:
            assert dict(pdf.attachments) == {}


class TestWithoutWhatItNeeds:
    """The machine of an author has git, make and python3-venv, and no more."""

    PROGRAM = """
        import sys
        {before}
        from flowrunner.letters.page import Letter, page_of
        from flowrunner.letters.pdf import NoPdf, letter_pdf, letters_possible
        print(letters_possible())
        try:
            letter_pdf(page_of(Letter("en", "T", "<p>B</p>")))
        except NoPdf as error:
            print(error.missing, error)
    """
    NO_PANGO = "import cffi; cffi.FFI.dlopen = lambda self, name, *more: (_ for _ in ()).throw(OSError(name))"

    def _run(self, before: str = "", **environment: str) -> list[str]:
        program = textwrap.dedent(self.PROGRAM).format(before=before)
        told = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **environment},
        )
        return told.stdout.splitlines()

    def test_without_pango_it_says_so(self) -> None:
        said = self._run(self.NO_PANGO)
        assert said[0] == "pango"
        assert said[1].startswith(
            "pango letters: no PDF can be made here: pango is missing. Install the packages libpango"
        )

    def test_without_a_font_it_says_so(self, tmp_path: Path) -> None:
        empty = tmp_path / "fonts.conf"
        empty.write_text(f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
        assert self._run(FONTCONFIG_FILE=str(empty))[0] == "font"

    def test_with_both_it_is_possible(self) -> None:
        assert self._run() == ["None"]
        assert letters_possible() is None

    def test_nothing_of_it_is_loaded_before_it_is_needed(self) -> None:
        program = "import sys, flowrunner.service.letters; print(sorted({'weasyprint', 'pikepdf'} & set(sys.modules)))"
        told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "[]"


class TestTheChecker:
    """What `faults` finds, shown by PDFs that have the fault."""

    def test_as_weasyprint_leaves_it_the_page_number_hangs_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flowrunner.letters.marks.well_marked", lambda written: written)
        assert any("hangs nowhere" in fault for fault in faults(letter_pdf(page_of(FRENCH))))

    def test_what_is_drawn_without_a_mark(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(page_of(FRENCH)))) as pdf:
            pdf.pages[0].contents_add(b"0 0 9 9 re f")
            out = BytesIO()
            pdf.save(out)
        assert faults(out.getvalue()) == ["painted without a mark: f"]

    def test_what_is_taken_away(self) -> None:
        with pikepdf.open(BytesIO(letter_pdf(page_of(FRENCH)))) as pdf:
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
