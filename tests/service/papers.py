"""A deployment of the flow of papers, for the tests of uploads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Actor, Case, Decision, FileRef, Submission
from flowrunner.model.flow import Step
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import act
from flowrunner.runtime.program import Program
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.uploads import Incoming, UploadResult, Uploads
from flowrunner.service.uploads.virus_scan import Scanner
from flowrunner.store import cases as rows
from flowrunner.store.blobs.blob_store import FileStore, open_folder
from flowrunner.store.database import Database
from tests.service import making

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

    def send(self, step: str, who: str = "somebody", **more: object) -> SubmissionResult:
        submission = Submission(step, language="en", **more)  # type: ignore[arg-type]
        shown = digest_of(self.cases.find(who, "papers"), step)
        sent = self.cases.act("papers", who, FormStamp(os.urandom(8).hex(), shown), submission)
        assert sent is not None
        return sent

    def begin(self, who: str = "somebody") -> Case:
        self.send("hello", who)
        return self.case(who)

    def take(self, field: str, content: bytes, name: str = "scan.pdf", who: str = "somebody") -> UploadResult:
        with TemporaryFile() as file:
            file.write(content)
            return self.uploads.take(self.case(who), self.step, [Incoming(field, name, len(content), file)])

    def names(self, field: str, who: str = "somebody") -> list[str]:
        return [file.name for file in self.kept(who)[field]]

    def kept(self, who: str = "somebody") -> Mapping[str, tuple[FileRef, ...]]:
        return self.uploads.files_by_field(self.case(who), self.step)

    def id_of(self, field: str, name: str = "") -> str:
        """The id of the file of that name, or of the only one."""
        (found,) = [file.id for file in self.kept()[field] if name in ("", file.name)]
        return found

    def send_papers(self) -> SubmissionResult:
        return self.send("papers", inputs={"name": ("Zoé",)}, files=self.kept())

    def as_officer(self, button: str) -> None:
        officer, before = Actor(roles=frozenset({"officer"})), self.case()
        decided = act(self.program, before, officer, Submission(before.step, button), self.cases._context.world())
        assert isinstance(decided, Decision)
        with self.cases._context.database.writing() as transaction:
            case = replace(decided.case, revision=before.revision + 1)
            rows.save(transaction, case, before.revision, rows.Schedule("owner"))

    def erase(self) -> None:
        with self.cases._context.database.writing() as transaction:
            self.uploads.erase_of(transaction, self.case().id)

    def stored(self) -> int:
        return len(list(self.files.iterdir()))


@pytest.fixture(scope="session")
def papers(repository: Path) -> Catalogue:
    return Catalogue([repository / "tests" / "flows" / "papers"])


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(
    papers: Catalogue, database: Database, clock: Callable[[], datetime], tmp_path: Path
) -> Iterator[MakeDesk]:
    sources = Sources(database, {}, tmp_path)

    def make(files: FileStore | None = None, scanner: Scanner | None = None) -> Desk:
        folder = tmp_path / "files"
        context = ServiceContext(database, papers, clock)
        cases = Cases(context, sources, lambda case, step: f"/{case.flow}/{step}")
        uploads = Uploads(context, files or open_folder(folder), Judge(), scanner)
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


def codes(taken: UploadResult) -> list[str]:
    return [problem.code for problem in taken.problems]
