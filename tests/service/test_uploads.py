"""Files of a question: taken in once, kept until the case holds them, seen by nobody else, and let go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Actor, Case, Decision, FileRef, Problem, Submission
from flowrunner.model.flow import Step
from flowrunner.rules.words import say_problem
from flowrunner.runtime.interpreter import act
from flowrunner.runtime.program import Program
from flowrunner.service.cases import Cases, Form, Sent
from flowrunner.service.contents.judge import Judge
from flowrunner.service.shown import digest_of
from flowrunner.service.sources import Sources
from flowrunner.service.uploads import Incoming, Taken, Uploads, files_of
from flowrunner.service.virus_scan import Scanner
from flowrunner.settings import VirusScan
from flowrunner.store import cases as rows
from flowrunner.store.database import Database
from flowrunner.store.files import FileStore, FilesUnavailable, open_folder
from flowrunner.store.seal import Broken
from flowrunner.words import languages, words
from tests.service import making
from tests.service.conftest import Clock, at_once, count
from tests.service.scanning import THREAT, running_clamd

SCAN, OTHER = making.pdf(mark="scan"), making.pdf(mark="other")
PICTURE = making.picture("PNG")
ADDRESS = {
    "home.street": ("12 Main Street",),
    "home.city": ("Ottawa",),
    "home.province": ("ON",),
    "home.postal_code": ("K1A 0B1",),
    "home.country": ("ca",),
}


@dataclass(slots=True)
class Desk:
    """A deployment whose flow asks for papers, and one person's case that stands at their page."""

    cases: Cases
    uploads: Uploads
    files: Path
    program: Program

    @property
    def step(self) -> Step:
        return self.program.flow.steps["papers"]

    def case(self, who: str = "somebody") -> Case:
        found = self.cases.find(who, "papers")
        assert found is not None
        return found

    def send(self, step: str, who: str = "somebody", **more: object) -> Sent:
        submission = Submission(step, language="en", **more)  # type: ignore[arg-type]
        shown = digest_of(self.cases.find(who, "papers"), step)
        sent = self.cases.act("papers", who, Form(os.urandom(8).hex(), shown), submission)
        assert sent is not None
        return sent

    def begin(self, who: str = "somebody") -> Case:
        self.send("hello", who)
        return self.case(who)

    def take(self, field: str, content: bytes, name: str = "scan.pdf", who: str = "somebody") -> Taken:
        with TemporaryFile() as file:
            file.write(content)
            return self.uploads.take(self.case(who), self.step, [Incoming(field, name, len(content), file)])

    def names(self, field: str, who: str = "somebody") -> list[str]:
        return [file.name for file in self.kept(who)[field]]

    def kept(self, who: str = "somebody") -> Mapping[str, tuple[FileRef, ...]]:
        return self.uploads.kept(self.case(who), self.step)

    def id_of(self, field: str, at: int = 0) -> str:
        return self.kept()[field][at].id

    def send_papers(self) -> Sent:
        return self.send("papers", inputs={"name": ("Zoé",)}, files=self.kept())

    def as_officer(self, button: str) -> None:
        officer, before = Actor(roles=frozenset({"officer"})), self.case()
        decided = act(self.program, before, officer, Submission(before.step, button), self.cases.world())
        assert isinstance(decided, Decision)
        with self.cases.database.writing() as transaction:
            case = replace(decided.case, revision=before.revision + 1)
            rows.save(transaction, case, before.revision, rows.Schedule("owner"))

    def erase(self) -> None:
        with self.cases.database.writing() as transaction:
            self.uploads.erase_of(transaction, self.case().id)

    def stored(self) -> int:
        return len(list(self.files.iterdir()))


@pytest.fixture(scope="session")
def papers(repository: Path) -> Catalogue:
    return Catalogue([repository / "tests" / "flows" / "papers"])


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(papers: Catalogue, database: Database, clock: Clock, tmp_path: Path) -> Iterator[MakeDesk]:
    sources = Sources(database, {}, tmp_path)

    def make(files: FileStore | None = None, scanner: Scanner | None = None) -> Desk:
        folder = tmp_path / "files"
        cases = Cases(database, papers, sources, lambda case, step: f"/{case.flow}/{step}", clock)
        uploads = Uploads(database, files or open_folder(folder), Judge(), scanner, clock)
        program = papers.current("papers")
        assert program is not None
        return Desk(cases, uploads, folder, program)

    yield make
    sources.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    made = make_desk()
    made.begin()
    return made


def codes(taken: Taken) -> list[str]:
    return [problem.code for problem in taken.problems]


class TestTakingIn:
    def test_a_sound_file_is_kept(self, desk: Desk) -> None:
        assert desk.take("photo", SCAN, "Ma pièce.PDF") == Taken(1)
        (file,) = desk.uploads.kept(desk.case(), desk.step)["photo"]
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
        assert desk.take("others", SCAN, "a.pdf") == Taken(1)
        assert desk.take("others", SCAN, "b.pdf") == Taken(0)
        assert desk.names("others") == ["a.pdf"]

    def test_many_at_once_stay_within_the_count(self, desk: Desk) -> None:
        at_once(6, lambda number: desk.take("others", making.pdf(mark=str(number))))
        assert len(desk.names("others")) == 3
        desk.uploads.sweep(desk.cases.clock() + timedelta(days=2))
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
        assert desk.uploads.remove(desk.case(), desk.step, desk.id_of("others"))
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
        desk.uploads.sweep(desk.cases.clock() + timedelta(days=2))
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


class TestHandingOut:
    def test_it_comes_as_it_was_sent(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        found = desk.uploads.open(desk.case(), desk.id_of("photo"))
        assert found is not None
        assert b"".join(found.content) == SCAN

    def test_someone_elses_id_opens_nothing(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        stranger = desk.begin("stranger")
        assert stranger.id != desk.case().id
        stolen = desk.id_of("photo")
        assert desk.uploads.open(stranger, stolen) is None
        assert not desk.uploads.remove(stranger, desk.step, stolen)
        assert desk.names("photo", "stranger") == []
        assert desk.names("photo") == ["scan.pdf"]
        for made_up in ("", "0" * 32, "../x", "\x00"):
            assert desk.uploads.open(desk.case(), made_up) is None
            assert not desk.uploads.remove(desk.case(), desk.step, made_up)

    def test_a_file_of_another_step_is_not_removed_here(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        assert not desk.uploads.remove(desk.case(), desk.program.flow.steps["living"], desk.id_of("photo"))

    def test_content_that_was_tampered_with(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        (part,) = desk.files.glob("*/0")
        part.write_bytes(part.read_bytes()[:-1] + b"x")
        with pytest.raises(Broken):
            desk.uploads.open(desk.case(), desk.id_of("photo"))


class TestLettingGo:
    def test_after_a_day_what_no_case_holds_goes(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        desk.uploads.sweep(clock.now + timedelta(hours=23))
        assert desk.stored() == 1
        desk.uploads.sweep(clock.now + timedelta(hours=25))
        assert desk.stored() == 0
        assert desk.names("photo") == []
        assert count(desk.cases.database, "uploads") == 0

    def test_what_a_case_holds_stays(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.send_papers()
        for days in (2, 4, 400):
            desk.uploads.sweep(clock.now + timedelta(days=days))
        assert desk.stored() == 2

    def test_a_page_that_is_being_sent_gives_it_another_day(self, desk: Desk, clock: Clock) -> None:
        desk.take("photo", SCAN)
        clock.now += timedelta(hours=23)
        desk.uploads.touch(desk.case(), desk.step)
        desk.uploads.sweep(clock.now + timedelta(hours=2))
        assert desk.names("photo") == ["scan.pdf"]
        desk.uploads.sweep(clock.now + timedelta(hours=25))
        assert desk.names("photo") == []

    def test_erasing_a_case_erases_its_files(self, desk: Desk) -> None:
        desk.take("photo", SCAN)
        desk.take("second", OTHER)
        desk.send_papers()
        desk.begin("stranger")
        desk.take("photo", SCAN, who="stranger")
        desk.erase()
        assert count(desk.cases.database, "uploads") == 3
        desk.uploads.sweep(desk.cases.clock())
        assert desk.stored() == 1
        assert count(desk.cases.database, "uploads") == 1
        assert desk.names("photo", "stranger") == ["scan.pdf"]

    def test_erasing_while_the_store_is_down(self, desk: Desk, clock: Clock, tmp_path: Path) -> None:
        """The key goes at once, so what the store keeps is noise; it goes when the store is back."""
        desk.take("photo", SCAN)
        case, kept = desk.case(), desk.id_of("photo")

        class Down(FileStore):
            def delete(self, name: str) -> None:
                raise FilesUnavailable("down")

        up = desk.uploads._files
        desk.uploads._files = Down(up._store)
        desk.erase()
        desk.uploads.sweep(clock.now)
        assert desk.stored() == 1
        assert desk.uploads.open(case, kept) is None
        desk.uploads._files = up
        desk.uploads.sweep(clock.now)
        assert desk.stored() == 0

    def test_what_was_coming_when_we_fell_is_swept(
        self, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fall(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("flowrunner.store.uploads.keep", fall)
        with pytest.raises(KeyboardInterrupt):
            desk.take("photo", SCAN)
        assert (desk.stored(), desk.names("photo")) == (1, [])
        desk.uploads.sweep(clock.now + timedelta(days=2))
        assert desk.stored() == 0
