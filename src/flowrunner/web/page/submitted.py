"""What was submitted, in words: page by page, each question with its answer, files with a way to save them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup
from msgspec import Struct

from flowrunner.model.case import FileRef
from flowrunner.runtime.look import Shown
from flowrunner.runtime.submitted import Group, Part, SubmittedCase
from flowrunner.web.addresses import file_address
from flowrunner.web.page.controls import shown
from flowrunner.web.page.file_input import ShownFile
from flowrunner.web.localizer import Voice


class Answer(Struct, frozen=True):
    """A question with the lines of its answer, or with its files."""

    label: Markup
    lang: str
    lines: tuple[str, ...] = ()
    files: tuple[ShownFile, ...] = ()


class Section(Struct, frozen=True):
    """The answers of one page under its title; those of pages without a title stand together under none."""

    title: Markup
    lang: str
    answers: tuple[Answer, ...]


class Sent(Struct, frozen=True):
    """What was sent together. `on` is the day in words of what was added later, "" of what was submitted."""

    on: str
    sections: tuple[Section, ...]


def parts(read: SubmittedCase, speaking: Voice, flow: str) -> tuple[Sent, ...]:
    """Make it ready."""
    return tuple(_sent(part, speaking, flow) for part in read.parts)


def _sent(part: Part, speaking: Voice, flow: str) -> Sent:
    on = speaking.words.format.date(part.on) if part.on is not None else ""
    return Sent(on, tuple(_sections(part, speaking, flow)))


def _sections(part: Part, speaking: Voice, flow: str) -> Iterator[Section]:
    loose: list[Answer] = []
    for group in part.groups:
        answers = list(_answers(group, part, speaking, flow))
        if group.step.title is None:
            loose += answers
            continue
        if loose:
            yield Section(Markup(""), "", tuple(loose))
            loose = []
        title = speaking.html(group.step.title, part.reading)
        yield Section(title, speaking.lang(group.step.title), tuple(answers))
    if loose:
        yield Section(Markup(""), "", tuple(loose))


def _answers(group: Group, part: Part, speaking: Voice, flow: str) -> Iterator[Answer]:
    for one in group.answers:
        label, lang = speaking.html(one.field.label, part.reading), speaking.lang(one.field.label)
        files = _files(one)
        if files:
            yield Answer(label, lang, files=tuple(_shown(files, speaking, flow)))
        else:
            yield Answer(label, lang, tuple(shown(one.field, one.value, speaking)))


def _files(one: Shown) -> tuple[FileRef, ...]:
    return tuple(part for part in one.value if isinstance(part, FileRef)) if isinstance(one.value, tuple) else ()


def _shown(files: Iterable[FileRef], speaking: Voice, flow: str) -> Iterator[ShownFile]:
    for file in files:
        size = speaking.words.format.size(file.size)
        yield ShownFile(file.id, file.name, size, file_address(speaking.language, flow, file.id))
