"""Files of a question: taken in once, kept until the case holds them, seen by nobody else, and let go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.model.case import Problem
from flowrunner.rules.words import say_problem
from flowrunner.service.uploads.uploads import UploadResult, files_of
from flowrunner.service.uploads.virus_scan import Scanner
from flowrunner.settings import VirusScan
from tests.service import making
from tests.service.conftest import at_once
from tests.service.papers import ADDRESS, OTHER, PICTURE, SCAN, Desk, MakeDesk, codes
from tests.service.scanning import THREAT, running_clamd


class TestTakingIn:
    def test_a_sound_file_is_kept(self, desk: Desk) -> None:
        assert desk.take("photo", SCAN, "Ma pièce.PDF") == UploadResult(1)
        (file,) = desk.uploads.files_by_field(desk.case(), desk.step)["photo"]
        assert (file.name, file.kind, file.size) == ("Ma pièce.PDF", "pdf", len(SCAN))
        assert desk.names("second") == []

    def test_what_is_kept_is_the_answer(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        desk.take("second", making.docx(), "letter.docx")
        sent = desk.send_papers()
        assert sent.decision is not None
        assert sent.decision.show == "living"
        assert [file.name for file in desk.case().path[-2].answers["photo"]] == ["scan.pdf"]  # type: ignore[union-attr]
        assert desk.names("photo") == ["scan.pdf"]

    def test_two_that_must_differ_are_compared_by_content(self, desk: Desk) -> None:
        desk.take("photo", SCAN, "a.pdf")
        desk.take("second", SCAN, "b.pdf")
        sent = desk.send_papers()
        assert sent.decision is not None
        assert [(p.field, p.code) for p in sent.decision.problems] == [("second", "different_from")]
        desk.uploads.remove(desk.case(), desk.step, desk.id_of("second"))
        desk.take("second", OTHER, "a.pdf")
        again = desk.send_papers()
        assert again.decision is not None
        assert again.decision.show == "living"

    @pytest.mark.parametrize(
        ("field", "content", "name", "code"),
        [
            ("photo", making.docx(), "scan.pdf", "file_kind"),
            ("photo", b"MZ\x90\0 a program", "scan.pdf", "file_kind"),
            ("photo", b"<html><script>alert(1)</script></html>", "scan.png", "file_kind"),
            ("photo", b"", "scan.pdf", "file_empty"),
            ("photo", bytes(300 * 1024 + 1), "scan.pdf", "file_too_big"),
            ("photo", making.pdf(password="x"), "scan.pdf", "file_encrypted"),
            ("photo", making.pdf_with("script of a page"), "scan.pdf", "file_active"),
            ("photo", making.bomb(), "scan.png", "file_too_complex"),
            ("photo", PICTURE[:-30], "scan.png", "file_broken"),
            ("second", making.docx({"word/vbaProject.bin": b""}), "scan.docx", "file_active"),
        ],
    )
    def test_what_is_wrong_is_told_by_name(self, desk: Desk, field: str, content: bytes, name: str, code: str) -> None:
        taken = desk.take(field, content, name)
        assert codes(taken) == [code]
        for language in languages():
            assert name in say_problem(words(language), taken.problems[0], "file")
        assert desk.names(field) == []
        assert desk.stored() == 0

    def test_words_say_the_limits_of_the_question(self, desk: Desk) -> None:
        def said(problem: Problem, language: str) -> str:
            return say_problem(words(language), problem, "file").replace("\N{NO-BREAK SPACE}", " ")

        (too_big,) = desk.take("photo", bytes(400 * 1024)).problems
        assert said(too_big, "en") == "“scan.pdf” is too large. Choose a file of 300 KB or less."
        assert said(too_big, "fr").endswith("Choisissez un fichier de 300 ko ou moins.")
        (other,) = desk.take("photo", making.docx()).problems
        assert said(other, "fr").endswith("Choisissez un fichier de l’un de ces types : PDF, JPG ou PNG.")

    def test_no_more_than_the_flow_asks(self, desk: Desk) -> None:
        assert desk.take("photo", SCAN).count == 1
        assert codes(desk.take("photo", OTHER)) == ["file_count"]
        for number in range(3):
            assert desk.take("others", making.pdf(mark=str(number))).count == 1
        assert codes(desk.take("others", OTHER)) == ["file_count"]
        assert desk.stored() == 4

    def test_the_same_content_twice_is_one_file(self, desk: Desk) -> None:
        assert desk.take("others", SCAN, "a.pdf") == UploadResult(1)
        assert desk.take("others", SCAN, "b.pdf") == UploadResult(0)
        assert desk.names("others") == ["a.pdf"]

    def test_many_at_once_stay_within_the_count(self, desk: Desk) -> None:
        at_once(6, lambda number: desk.take("others", making.pdf(mark=str(number))))
        assert len(desk.names("others")) == 3
        desk.uploads.sweep(desk.cases._context.clock() + timedelta(days=2))
        assert desk.stored() == 0

    @pytest.mark.parametrize(
        ("sent", "shown"),
        [
            ("C:\\fakepath\\scan.pdf", "scan.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\x00b\u202egnp.exe", "abgnp.exe"),
            ("", "_"),
            (" .. ", "_"),
            ("é" * 300 + ".pdf", "é" * 116 + ".pdf"),
            ("<script>.png", "<script>.png"),
        ],
    )
    def test_names_are_words_and_never_paths(self, desk: Desk, sent: str, shown: str) -> None:
        desk.take("others", SCAN, sent)
        assert desk.names("others") == [shown]
        assert [len(path.name) for path in desk.files.iterdir()] == [64]

    def test_nothing_of_it_lies_readable(self, desk: Desk, tmp_path: Path) -> None:
        desk.take("photo", SCAN, "Zoé-Lavoie.pdf")
        readable = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"%PDF" not in readable
        assert "Zoé-Lavoie".encode() not in readable


class TestScanning:
    def test_a_threat_is_told_and_not_kept(self, make_desk: MakeDesk, tmp_path: Path) -> None:
        with running_clamd(tmp_path / "clamd") as at:
            desk = make_desk(scanner=Scanner(at))
            desk.begin()
            assert codes(desk.take("others", THREAT, "notes.txt")) == ["file_infected"]
            assert desk.take("others", SCAN).count == 1
        assert codes(desk.take("others", OTHER)) == ["scan_failed"]
        assert desk.stored() == 1

    def test_without_the_scanner_nothing_gets_in(self, make_desk: MakeDesk) -> None:
        desk = make_desk(scanner=Scanner(VirusScan(port=9)))
        desk.begin()
        assert codes(desk.take("photo", SCAN)) == ["scan_failed"]
        assert desk.names("photo") == []


class TestKeeping:
    def test_a_refused_page_keeps_its_files(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        sent = desk.send_papers()
        assert sent.decision is not None
        assert [p.field for p in sent.decision.problems] == ["second"]
        assert desk.names("photo") == ["scan.pdf"]

    def test_removing(self, desk: Desk) -> None:
        desk.take("others", SCAN, "a.pdf")
        desk.take("others", OTHER, "b.pdf")
        assert desk.uploads.remove(desk.case(), desk.step, desk.id_of("others", "a.pdf"))
        assert desk.names("others") == ["b.pdf"]
        assert desk.stored() == 1
        assert desk.take("others", SCAN, "again.pdf").count == 1

    def test_removing_what_the_case_holds(self, desk: Desk) -> None:
        """It is gone from the page at once, and from the case when the page is sent again."""
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.take("others", PICTURE, "a.png")
        desk.send_papers()
        gone = desk.id_of("others")
        assert desk.uploads.remove(desk.case(), desk.step, gone)
        assert desk.names("others") == []
        assert gone in files_of(desk.case())
        desk.send_papers()
        assert gone not in files_of(desk.case())
        desk.uploads.sweep(desk.cases._context.clock() + timedelta(days=2))
        assert desk.stored() == 2

    def test_a_new_round_begins_without_files(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.send_papers()
        desk.send("living", inputs=ADDRESS)
        desk.send("look_over")
        assert desk.case().step == "waiting"
        desk.as_officer("more")
        assert desk.case().step == "papers"
        assert (desk.names("photo"), desk.names("second")) == ([], [])
        assert desk.take("photo", SCAN).count == 1
        # Those of the first round are still the case's.
        held = files_of(desk.case())
        assert len(held) == 2
        assert all(desk.uploads.open(desk.case(), each) for each in held)

    def test_a_store_that_is_down_is_told_and_loses_nothing(self, make_desk: MakeDesk, tmp_path: Path) -> None:
        desk = make_desk()
        desk.begin()
        desk.take("photo", SCAN)
        desk.files.rename(tmp_path / "away")
        desk.files.write_bytes(b"no folder")
        assert codes(desk.take("second", OTHER)) == ["file_not_kept"]
        desk.files.unlink()
        (tmp_path / "away").rename(desk.files)
        assert desk.names("photo") == ["scan.pdf"]
        assert desk.names("second") == []
        assert desk.take("second", OTHER).count == 1
