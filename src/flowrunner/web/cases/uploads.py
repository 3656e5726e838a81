"""The uploads of a page: taken in with whatever button was pressed, listed with Remove, handed to the core.

A page works without scripts: choosing a file and pressing any button sends it. "Add file" and "Remove" stay on the page
and keep what was typed, as every button of the interpreter does (`leaving`).
"""

from __future__ import annotations

from flask import request
from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Case, Inputs, Problem, Submission
from flowrunner.model.flow import Step
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.service.uploads.uploads import Incoming, Kept, Uploads, file_fields
from flowrunner.web.addresses import REMOVE, UPLOAD
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.body import Received
from flowrunner.web.site import services

ADDED, REMOVED = "page.file_added", "page.file_removed"


class Arrived(Struct, frozen=True):
    """What came of the files of a page: what is wrong with them, and the submission with all that are kept."""

    submission: Submission
    problems: tuple[Problem, ...] = ()


def take_files(program: Program, case: Case, submission: Submission) -> Arrived:
    """Take the files of the present request in, take away the one whose Remove was pressed, and add what is kept to
    the submission. Call it before `Cases.act` and before `leave`. A page on which this visitor has nothing to do comes
    back as it is."""
    step = program.flow.steps[submission.step]
    uploads = services().uploads
    if uploads is None:
        return Arrived(submission)
    page = services().cases.look(program, case, step.name, submission.language, actor=visitor.actor())
    if page is None or not page.may_act:
        return Arrived(submission)
    taken = uploads.take(case, step, _incoming(step))
    _say(uploads, case, step, submission.button, taken.count)
    uploads.touch(case, step)
    files = uploads.files_by_field(case, step)
    return Arrived(
        replace(submission, files=files, inputs={**submission.inputs, **_names(step, files)}), taken.problems
    )


def _say(uploads: Uploads, case: Case, step: Step, button: str, added: int) -> None:
    """Do what Remove asks, and remember what the page is to say of it."""
    if button.startswith(REMOVE) and uploads.remove(case, step, button.removeprefix(REMOVE)):
        cookies.keep_word(REMOVED)
    elif button.startswith(UPLOAD) and added:
        cookies.keep_word(ADDED, added)


def _incoming(step: Step) -> list[Incoming]:
    """The files of the request that a question of the step asks for. A browser sends an empty part where none was
    chosen."""
    incoming = []
    for field in file_fields(step):
        for sent in request.files.getlist(field.name):
            received = sent.stream
            if sent.filename and isinstance(received, Received):
                incoming.append(Incoming(field.name, sent.filename, received.size, received.content))
    return incoming


def _names(step: Step, files: Kept) -> Inputs:
    """What the page would show of the files as inputs, so that a change in another window is told from none."""
    names: dict[str, tuple[str, ...]] = {}
    for field in file_fields(step):
        names.update(FIELD_TYPES[field.kind].write(field, files[field.name]))
    return names
