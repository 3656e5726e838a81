"""A question for files as its template draws it: the files that are there, what may be added, and how large."""

from __future__ import annotations

from msgspec import Struct

from flowrunner.fields.file_kinds import KINDS
from flowrunner.model.case import FileRef, Value
from flowrunner.model.flow import Field
from flowrunner.web.addresses import Addresses, file_address
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.renderer import PageRenderer


class ShownFile(Struct, frozen=True):
    """One file of a list."""

    id: str
    name: str
    size: str
    href: str


class FileInput(Struct, frozen=True):
    """`limits` say in words what may be added, `accept` says it to the browser; `full` is true when no more may be."""

    files: tuple[ShownFile, ...]
    limits: tuple[str, ...]
    accept: str
    many: bool
    full: bool


def file_input(field: Field, pen: PageRenderer) -> FileInput:
    """Make it ready."""
    files = pen.beside.files.get(field.name, ())
    kinds, most = field.options["kinds"], field.options["most"]
    say, say_n = pen.voice.words.say, pen.voice.words.say_n
    limits = [
        say("page.file_kinds", kinds=tuple(kind.upper() for kind in kinds)),
        say("page.file_size", bound=field.options["max_size"]),
    ]
    if most > 1:
        limits.append(say_n("page.file_count", most))
    return FileInput(
        files=shown_files(files, pen.voice, pen.at),
        limits=tuple(limits),
        accept=",".join(f".{suffix}" for kind in kinds for suffix in KINDS[kind].suffixes),
        many=most > 1,
        full=len(files) >= most,
    )


def shown_files(answer: Value, voice: Localizer, at: Addresses) -> tuple[ShownFile, ...]:
    """The files of an answer as a list shows them, each with its address; none when it is no answer of files."""
    size = voice.words.format.size
    return tuple(
        ShownFile(file.id, file.name, size(file.size), file_address(at.language, at.flow, file.id))
        for file in (answer if isinstance(answer, tuple) else ())
        if isinstance(file, FileRef)
    )
