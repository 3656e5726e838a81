"""What was submitted, in words: page by page, each question with its answer, files with a way to save them."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from msgspec import Struct

from flowrunner.runtime.submitted import Group, SubmissionPart, SubmittedCase
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.controls import answer_lines
from flowrunner.web.page.file_input import ShownFile, shown_files


class SubmittedAnswer(Struct, frozen=True):
    """A question with the lines of its answer, or with its files."""

    label: Markup
    lang: str
    lines: tuple[str, ...] = ()
    files: tuple[ShownFile, ...] = ()


class SubmittedSection(Struct, frozen=True):
    """The answers of one page under its title; those of pages without a title stand together under none."""

    title: Markup
    lang: str
    answers: tuple[SubmittedAnswer, ...]


class SubmittedGroup(Struct, frozen=True):
    """What was sent together. `on` is the day in words of what was added later, "" of what was submitted."""

    on: str
    sections: tuple[SubmittedSection, ...]


def submitted_groups(read: SubmittedCase, speaking: Localizer, at: Addresses) -> tuple[SubmittedGroup, ...]:
    """Make it ready."""
    return tuple(_sent(part, speaking, at) for part in read.parts)


def _sent(part: SubmissionPart, speaking: Localizer, at: Addresses) -> SubmittedGroup:
    on = speaking.words.format.date(part.on) if part.on is not None else ""
    return SubmittedGroup(on, tuple(_sections(part, speaking, at)))


def _sections(part: SubmissionPart, speaking: Localizer, at: Addresses) -> Iterator[SubmittedSection]:
    loose: list[SubmittedAnswer] = []
    for group in part.groups:
        answers = list(_answers(group, part, speaking, at))
        if group.step.title is None:
            loose += answers
            continue
        if loose:
            yield SubmittedSection(Markup(""), "", tuple(loose))
            loose = []
        title = speaking.html(group.step.title, part.reading)
        yield SubmittedSection(title, speaking.lang(group.step.title), tuple(answers))
    if loose:
        yield SubmittedSection(Markup(""), "", tuple(loose))


def _answers(group: Group, part: SubmissionPart, speaking: Localizer, at: Addresses) -> Iterator[SubmittedAnswer]:
    for one in group.answers:
        label, lang = speaking.html(one.field.label, part.reading), speaking.lang(one.field.label)
        files = shown_files(one.value, speaking, at)
        lines = () if files else tuple(answer_lines(one.field, one.value, speaking))
        yield SubmittedAnswer(label, lang, lines, files)
