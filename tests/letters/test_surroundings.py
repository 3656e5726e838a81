"""A letter reaches for nothing, and says what it lacks where it cannot be made."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from flowrunner.letters.page import letter_page
from flowrunner.letters.pdf import letter_pdf, letters_possible
from flowrunner.model.record import replace
from tests.letters.reading import words_of
from tests.letters.samples import FRENCH


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
        written = letter_pdf(letter_page(replace(FRENCH, body=f"<p>{escape(typed)}</p>\n", title=typed, sender=typed)))
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
        written = letter_pdf(letter_page(replace(FRENCH, body=body)))
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
        from flowrunner.letters.page import Letter, letter_page
        from flowrunner.letters.pdf import NoPdf, letter_pdf, letters_possible
        print(letters_possible())
        try:
            letter_pdf(letter_page(Letter("en", "T", "<p>B</p>")))
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
        program = (
            "import sys, flowrunner.service.mail.letters; print(sorted({'weasyprint', 'pikepdf'} & set(sys.modules)))"
        )
        told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "[]"
