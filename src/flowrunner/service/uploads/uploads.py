"""Taking files in for a question, keeping them until the case holds them, handing them out, and letting them go.

A file belongs to a question of a case: a field of a step, in one round of it. It waits there, over as many looks at the
page as it takes, until the step is sent and the case's answers hold it. What no case holds after a day is swept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.file_kinds import KINDS
from flowrunner.fields.file_names import shown_name
from flowrunner.fields.one_input import problem
from flowrunner.model.case import Case, FileRef, Problem, Visit
from flowrunner.model.flow import Field, Step
from flowrunner.service.context import ServiceContext
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.virus_scan import ScanFailed, Scanner
from flowrunner.store import cases, uploads
from flowrunner.store.blobs import sealed_blobs
from flowrunner.store.blobs.blob_store import FileStore, FilesUnavailable
from flowrunner.store.database import Transaction
from flowrunner.store.sealing import seal
from flowrunner.store.uploads import Question, Upload

__all__ = ["FilesUnavailable", "Uploads"]

WAITS = timedelta(days=1)
_BLOCK = 1024 * 1024

Kept = Mapping[str, tuple[FileRef, ...]]


class Incoming(Struct, frozen=True):
    """A file as it came. `name` is the browser's word; `size` counts all bytes, of which `content`, a real file, may
    hold fewer if they were too many."""

    field: str
    name: str
    size: int
    content: BinaryIO


class UploadResult(Struct, frozen=True):
    """What came of files: how many are new, and what is wrong with the others."""

    count: int = 0
    problems: tuple[Problem, ...] = ()


class Download(Struct, frozen=True):
    """A file to be handed out: its content comes part by part."""

    file: FileRef
    content: Iterator[bytes]


class Uploads:
    """The uploads of all cases. Who may see or change a case is asked before: each call is given the case."""

    def __init__(
        self,
        context: ServiceContext,
        files: FileStore,
        judge: Judge,
        scanner: Scanner | None = None,
    ) -> None:
        self._database = context.database
        self._clock = context.clock
        self._files = files
        self.judge = judge
        self._scanner = scanner

    # --- The files of a page --------------------------------------------------------------

    def files_by_field(self, case: Case, step: Step) -> Kept:
        """The files of each file field of a step: those of its answer, then those that came since, without those that
        were removed. A field without files is there too."""
        with self._database.reading() as transaction:
            rows = uploads.of_step(transaction, case.id, step.name, case.round)
        removed = {row.file.id for row in rows if row.state == "removed"}
        files_of_field = {}
        for field in file_fields(step):
            answered = _answer(case, step.name, field.name)
            new = (row.file for row in rows if row.question.field == field.name and row.state == "kept")
            files = {file.id: file for file in (*answered, *new) if file.id not in removed}
            files_of_field[field.name] = tuple(files.values())
        return files_of_field

    def touch(self, case: Case, step: Step) -> None:
        """The step is being sent: let nothing that waits in it be swept meanwhile."""
        now = self._clock()
        with self._database.writing() as transaction:
            uploads.touch(transaction, case.id, step.name, now + WAITS)

    def take(self, case: Case, step: Step, incoming: Sequence[Incoming]) -> UploadResult:
        """Judge files, scan them and keep those that are sound. What is sent twice for a field is kept once."""
        fields = {field.name: field for field in file_fields(step)}
        digests = {name: {file.digest for file in files} for name, files in self.files_by_field(case, step).items()}
        count, problems = 0, list[Problem]()
        for one in incoming:
            field = fields.get(one.field)
            if field is None:
                continue
            wrong, digest = self._take(case, step, field, one, digests[field.name])
            if wrong is not None:
                problems.append(wrong)
            elif digest not in digests[field.name]:
                digests[field.name].add(digest)
                count += 1
        return UploadResult(count, tuple(problems))

    def _take(
        self, case: Case, step: Step, field: Field, one: Incoming, digests: set[str]
    ) -> tuple[Problem | None, str]:
        name = shown_name(one.name)
        too_much = _size_problem(field, name, one.size)
        if too_much is not None:
            return too_much, ""
        digest = _digest(one.content)
        if digest in digests:
            return None, digest
        if len(digests) >= field.options["most"]:
            return _too_many(field), ""
        kind, code = self._look(field, one.content, name)
        if code:
            return _problem(field, code, name), ""
        file = FileRef(os.urandom(16).hex(), name, kind, one.size, digest)
        question = Question(case.id, step.name, field.name, case.round)
        return self._store(Upload(file, question, sealed_blobs.new_name(), seal.new_key()), field, one.content), digest

    def _look(self, field: Field, content: BinaryIO, name: str) -> tuple[str, str]:
        """The kind of a content, or the code of what is wrong with it."""
        looked = self.judge.judge(content, name)
        if looked.code:
            return "", looked.code
        if looked.kind not in field.options["kinds"]:
            return "", "file_kind"
        if self._scanner is not None:
            try:
                if not self._scanner.is_clean(content):
                    return "", "file_infected"
            except ScanFailed:
                return "", "scan_failed"
        return looked.kind, ""

    def _store(self, upload: Upload, field: Field, content: BinaryIO) -> Problem | None:
        now = self._clock()
        with self._database.writing() as transaction:
            uploads.add(transaction, upload, now, now + WAITS)
        content.seek(0)
        try:
            sealed_blobs.write(self._files, upload.stored, upload.key, content, upload.file.size)
        except FilesUnavailable:
            return _problem(field, "file_not_kept", upload.file.name)
        with self._database.writing() as transaction:
            if uploads.keep(transaction, upload.file.id, field.options["most"]):
                return None
        return _too_many(field)

    def remove(self, case: Case, step: Step, upload_id: str) -> bool:
        """Take a file away from a question of this step; False when it is none of its files. An answer that holds it
        holds it until the step is sent again."""
        now = self._clock()
        with self._database.writing() as transaction:
            upload = uploads.load(transaction, upload_id)
            if upload is None or upload.question.case != case.id or upload.question.step != step.name:
                return False
            in_answer = upload_id in files_of(case)
            uploads.remove(transaction, upload_id, now + WAITS if in_answer else now)
        if not in_answer:
            self._sweep_one(uploads.SweepableFile(upload_id, case.id, upload.stored, "removed"), now)
        return True

    # --- Handing out ----------------------------------------------------------------------

    def open(self, case: Case, upload_id: str) -> Download | None:
        """A file of this case, or None: that there is such a file of another case is nobody's to know.

        The first part is read at once: raises Broken and FilesUnavailable, and so may the rest.
        """
        with self._database.reading() as transaction:
            upload = uploads.load(transaction, upload_id)
        if upload is None or upload.question.case != case.id:
            return None
        parts = sealed_blobs.read(self._files, upload.stored, upload.key, upload.file.size)
        first = next(parts)
        return Download(upload.file, _joined(first, parts))

    # --- Letting go -----------------------------------------------------------------------

    def sweep(self, now: datetime) -> None:
        """Delete what has waited long enough and that no case holds, and what is left of what was erased. What a store
        that is down keeps is tried again next time. For `Retention.sweep`."""
        tried: set[str] = set()
        while True:
            with self._database.reading() as transaction:
                old = [one for one in uploads.to_sweep(transaction, now) if one.id not in tried]
            if not old:
                return
            tried.update(one.id for one in old)
            for one in old:
                self._sweep_one(one, now)

    def erase_of(self, transaction: Transaction, case_id: str) -> None:
        """Make the files of a case unreadable for ever, in the transaction that erases the case; what is left of them
        is noise, and swept next. For `Retention.erase_all`."""
        uploads.erase_of_case(transaction, case_id, self._clock())

    def _sweep_one(self, old: uploads.SweepableFile, now: datetime) -> None:
        if old.state != "erased":
            with self._database.writing() as transaction:
                case = cases.load(transaction, old.case)
                if case is not None and old.id in files_of(case):
                    uploads.spare(transaction, old.id, None if old.state == "kept" else now + WAITS)
                    return
                uploads.erase(transaction, old.id, now)
        try:
            self._files.delete(old.stored)
        except FilesUnavailable:
            return
        with self._database.writing() as transaction:
            uploads.drop(transaction, old.id)


# --- Fields and answers -------------------------------------------------------------------


def file_fields(step: Step) -> tuple[Field, ...]:
    """The file fields that a step asks, those of its actions among them."""
    uses = [*step.uses, *(use for action in step.actions.values() for use in action.fields)]
    return tuple(use.field for use in uses if FIELD_TYPES[use.field.kind].takes_files)


def files_of(case: Case) -> frozenset[str]:
    """The ids of all files that a case holds, answers that were put aside among them."""
    visits: list[Visit] = [*case.path, *case.trail, *case.aside.values()]
    values = [value for visit in visits for answers in (visit.answers, visit.aside) for value in answers.values()]
    return frozenset(file.id for value in values for file in _files(value))


def _files(value: object) -> tuple[FileRef, ...]:
    return tuple(one for one in value if isinstance(one, FileRef)) if isinstance(value, tuple) else ()


def _answer(case: Case, step: str, field: str) -> tuple[FileRef, ...]:
    """The files that the page of a step shows as its answer: that of its visit on the path, else the newest."""
    here = [visit for visit in case.path if visit.step == step]
    for visit in here or reversed([*case.trail, *case.path]):
        for answers in (visit.answers, visit.aside):
            if field in answers:
                return _files(answers[field])
    return ()


# --- Judging ------------------------------------------------------------------------------


def _size_problem(field: Field, name: str, size: int) -> Problem | None:
    if size > field.options["max_size"]:
        return _problem(field, "file_too_big", name)
    return None if size else _problem(field, "file_empty", name)


def _too_many(field: Field) -> Problem:
    return problem(field, "file_count", n=field.options["most"])


def _problem(field: Field, code: str, name: str) -> Problem:
    """What is wrong with one file. The words take of these values what they need."""
    kinds = tuple(kind.upper() for kind in field.options["kinds"])
    return problem(field, code, file=name, bound=field.options["max_size"], kinds=kinds)


def _digest(content: BinaryIO) -> str:
    content.seek(0)
    hasher = hashlib.sha256()
    while block := content.read(_BLOCK):
        hasher.update(block)
    return hasher.hexdigest()


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def media_of(file: FileRef) -> str:
    """The media type of a file, by its content."""
    return KINDS[file.kind].media if file.kind in KINDS else "application/octet-stream"
