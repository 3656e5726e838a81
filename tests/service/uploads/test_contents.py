"""What a file is, by its content alone; and that no content does more to us than take its bounded turn."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread

import pikepdf
import pytest
from PIL import Image

from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.service.uploads.contents import pictures
from flowrunner.service.uploads.contents.judge import Judge, Looked
from flowrunner.service.uploads.contents.probe import probe
from flowrunner.service.uploads.contents.refused import CODES, ContentRefused
from tests.service import making

SOUND = {
    "pdf": making.pdf(pages=3),
    "jpg": making.picture("JPEG"),
    "png": making.picture("PNG"),
    "tiff": making.picture("TIFF", frames=3),
    "gif": making.picture("GIF", frames=3),
    "webp": making.picture("WEBP"),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0cmeta\0\0\0\0",
    "doc": making.ole("WordDocument", "1Table"),
    "xls": making.ole("Workbook"),
    "docx": making.docx(),
    "xlsx": making.packed({"[Content_Types].xml": making.XLSX_TYPES, "xl/workbook.xml": b"<workbook/>"}),
    "odt": making.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
    "ods": making.packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "rtf": rb"{\rtf1 Bonjour}",
    "txt": "Reçu de Zoé\n".encode(),
    "zip": making.packed({"a.txt": b"a"}),
}
REFUSED: Mapping[str, tuple[str, bytes]] = {
    "a program": ("file_kind", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(50)),
    "a script of a shell is text with controls": ("file_kind", b"#!/bin/sh\n\0\0"),
    "a film": ("file_kind", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(40)),
    "a picture without its end": ("file_broken", making.picture("JPEG", (400, 300))[:-900]),
    "a png without its end": ("file_broken", making.picture("PNG", (400, 300))[:-60]),
    "a beginning of a picture": ("file_broken", b"\x89PNG\r\n\x1a\nscript"),
    "a bomb": ("file_too_complex", making.bomb()),
    "a film of pictures": ("file_too_complex", making.picture("GIF", (4, 4), frames=300)),
    "a beginning of a pdf": ("file_broken", b"%PDF-1.7\nnothing"),
    "a pdf without pages": ("file_broken", making.pdf(pages=0)),
    "a pdf of a thousand pages": ("file_too_complex", making.pdf(pages=1000)),
    "a pdf with a password": ("file_encrypted", making.pdf(password="secret")),
    "a docx with macros": ("file_active", making.docx({"word/vbaProject.bin": b"macro"})),
    "a docx with a file in it": ("file_active", making.docx({"word/embeddings/oleObject1.bin": b"MZ"})),
    "a docx that fetches": (
        "file_active",
        making.docx(
            {"word/_rels/settings.xml.rels": b'<R Type="attachedTemplate" Target="https://a.example/t.dotm"/>'}
        ),
    ),
    "a doc with macros": ("file_active", making.ole("WordDocument", "Macros")),
    "a docx with a password": ("file_encrypted", making.ole("EncryptedPackage", "EncryptionInfo")),
    "another container": ("file_kind", making.ole("Something")),
    "a container that turns in a circle": ("file_broken", making.ole("WordDocument")[:512] + bytes(1024)),
    "a container without its end": ("file_broken", making.ole("WordDocument")[:600]),
    "a zip bomb": ("file_too_complex", making.packed({"a": bytes(400 * 1024 * 1024)})),
    "a docx without a document": ("file_kind", making.packed({"[Content_Types].xml": making.DOCX_TYPES})),
    "a zip without its end": ("file_broken", making.docx()[:-30]),
    "an rtf with an object": ("file_active", rb"{\rtf1 {\object\objemb{\*\objdata 0105}}}"),
    **{
        f"a pdf with {name}": ("file_active", making.pdf_with(name))
        for name in (
            "script on opening",
            "script in a name tree",
            "script of a page",
            "script after a link",
            "a program to launch",
            "a file in it",
            "a form with XFA",
        )
    },
}


def judged(content: bytes, name: str = "", judge: Judge | None = None) -> Looked:
    with TemporaryFile() as file:
        file.write(content)
        return (judge or Judge()).judge(file, name)


class TestLook:
    """The parse itself, in this process."""

    @pytest.mark.parametrize("kind", SOUND)
    def test_a_sound_content(self, kind: str) -> None:
        assert probe(BytesIO(SOUND[kind])) == kind

    @pytest.mark.parametrize("name", REFUSED)
    def test_a_refused_content(self, name: str) -> None:
        code, content = REFUSED[name]
        with pytest.raises(ContentRefused) as refused:
            probe(BytesIO(content))
        assert refused.value.code == code

    def test_harmless_things_of_a_pdf_are_no_scripts(self) -> None:
        made = BytesIO()
        with pikepdf.new() as new:
            new.add_blank_page()
            link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
            new.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])
            new.Root.OpenAction = pikepdf.Array([new.pages[0].obj, pikepdf.Name.Fit])
            new.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array()))
            new.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, S=pikepdf.Name.Figure)
            new.save(made)
        made.seek(0)
        assert probe(made) == "pdf"

    def test_a_bomb_that_pillow_only_warns_of(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
        with pytest.raises(ContentRefused, match="file_too_complex"):
            probe(BytesIO(SOUND["png"]))

    def test_words_for_every_reason(self) -> None:
        for language in languages():
            assert [code for code in CODES if f"problem.{code}" not in words(language)] == []


class TestJudge:
    """The same in a process of its own."""

    @pytest.mark.parametrize(
        ("content", "name", "expected"),
        [
            (SOUND["pdf"], "a.exe", Looked("pdf")),
            (SOUND["txt"], "a.csv", Looked("csv")),
            (SOUND["txt"], "a.pdf", Looked("txt")),
            (SOUND["png"], "a.csv", Looked("png")),
            (REFUSED["a bomb"][1], "a.png", Looked(code="file_too_complex")),
            (REFUSED["a pdf with a password"][1], "a.pdf", Looked(code="file_encrypted")),
        ],
    )
    def test_only_the_content_counts(self, content: bytes, name: str, expected: Looked) -> None:
        assert judged(content, name) == expected

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ("import time; time.sleep(60)", "file_too_complex"),
            ("bytearray(2 << 30)", "file_broken"),
            ("while True: pass", "file_too_complex"),
            ("import os; os.abort()", "file_broken"),
            ("raise OSError", "file_broken"),
            ("import tempfile; tempfile.TemporaryFile(buffering=0).write(b'x')", "file_broken"),
        ],
    )
    def test_whatever_a_decoder_does(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, code: str
    ) -> None:
        program = tmp_path / "program.py"
        begins = "from flowrunner.sandbox import limit\nlimit(1024**3, 1, 64)\n"
        program.write_text(f"{begins}{fault}\nprint('pdf', end='')\n", "utf-8")
        monkeypatch.setattr("flowrunner.service.uploads.contents.judge._PROGRAM", (sys.executable, "-I", str(program)))
        assert judged(b"x", judge=Judge(patience=5)) == Looked(code=code)

    def test_a_bomb_takes_no_memory_of_ours(self) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(3):
            judged(REFUSED["a bomb"][1])
            judged(REFUSED["a zip bomb"][1])
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000

    def test_many_wait_for_their_turn(self) -> None:
        judge, found = Judge(at_once=1), list[Looked]()
        threads = [Thread(target=lambda: found.append(judged(SOUND["png"], judge=judge))) for _ in range(6)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [Looked("png")] * 6
        assert time.monotonic() - began < 30
