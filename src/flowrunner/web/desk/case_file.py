"""What a case holds as it is drawn at the desk: answers, facts and documents.

Each part is drawn once for each shape that it has (these steps, these questions, so many lines) and then filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template
from markupsafe import Markup
from msgspec import Struct

from flowrunner.model.case import Case, Value
from flowrunner.model.flow import Field, Source
from flowrunner.service.desk.case_file import CaseFileSection, Document, Dossier, KnownFact, Round
from flowrunner.service.uploads.previews import WHOLE, can_be_shown
from flowrunner.web.desk.columns import in_words, moment
from flowrunner.web.desk.fragments import Holes, frames
from flowrunner.web.desk.history import step_name
from flowrunner.web.desk.request import case_address, desk_file_address, picture_address
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.controls import answer_lines


class CaseFileLine(Struct, frozen=True):
    """A label with a value, line by line; `lang` is the label's language when it is not that of the page."""

    label: str
    lines: tuple[str, ...]
    lang: str = ""

    def hollow(self, take: Callable[[str], Markup]) -> CaseFileLine:
        """The same with holes for its values."""
        return CaseFileLine(self.label, tuple(map(take, self.lines)), self.lang)


class DrawnRound(Struct, frozen=True):
    """`heading` is "" when the step was answered once."""

    heading: str
    lines: tuple[CaseFileLine, ...]


class DrawnSection(Struct, frozen=True):
    heading: str
    rounds: tuple[DrawnRound, ...]


class DrawnFact(Struct, frozen=True):
    name: str
    lines: tuple[CaseFileLine, ...]


class DrawnFile(Struct, frozen=True):
    """`shows` is the id of the words that show what it looks like, "" when nothing can; `picture` is where that is,
    once it was asked for."""

    id: str
    name: str
    size: str
    about: str
    href: str
    shows: str = ""
    picture: str = ""

    def hollow(self, take: Holes) -> DrawnFile:
        """The same with holes for what is the case's own."""
        picture = take(self.picture) if self.picture else ""
        ident, name, size = take(self.id), take(self.name), take(self.size)
        return DrawnFile(ident, name, size, take(self.about), take(self.href), self.shows, picture)


def draw_answers(held: Dossier, speaking: Localizer) -> Markup:
    """What was answered, step by step."""
    take = Holes()

    def hollow(each: DrawnRound) -> DrawnRound:
        return DrawnRound(take(each.heading) if each.heading else "", tuple(line.hollow(take) for line in each.lines))

    made = (_section(each, speaking) for each in held.sections)
    sections = tuple(DrawnSection(each.heading, tuple(map(hollow, each.rounds))) for each in made)
    return _filled("answers", speaking, take, sections=sections)


def draw_facts(held: Dossier, speaking: Localizer) -> Markup:
    """What sources said."""
    take = Holes()
    made = (_fact(each, speaking) for each in held.facts)
    facts = tuple(DrawnFact(each.name, tuple(line.hollow(take) for line in each.lines)) for each in made)
    return _filled("facts", speaking, take, facts=facts)


def draw_files(held: Dossier, case: Case, speaking: Localizer, *, sends: bool, shown: str) -> Markup:
    """The documents, each to be saved. `shown` is the id of the one whose picture was asked for. When the page `sends`
    a form, what was typed there goes with such a wish."""
    take = Holes()
    made = (_file(each, case, speaking, is_shown=each.file.id == shown) for each in held.documents)
    files = tuple(each.hollow(take) for each in made)
    here = take(case_address(speaking.language, case.id))
    return _filled("files", speaking, take, files=files, sends=sends, here=here)


def _filled(part: str, speaking: Localizer, take: Holes, **hollow: Any) -> Markup:
    def draw() -> str:
        return render_template(f"desk/{part}.html", say=speaking.words.say, **hollow)

    shape = (part, speaking.language, speaking.words.territory, *hollow.values())
    return Markup(frames().filled(shape, take.own, draw))  # noqa: S704 - a template of ours, filled with what was escaped


def _section(section: CaseFileSection, speaking: Localizer) -> DrawnSection:
    several = len(section.rounds) > 1
    newest = section.rounds[0]
    return DrawnSection(
        step_name(section.step, speaking),
        tuple(
            DrawnRound(_round(each, speaking, is_newest=each is newest) if several else "", _lines(each, speaking))
            for each in section.rounds
        ),
    )


def _round(each: Round, speaking: Localizer, *, is_newest: bool) -> str:
    word = "desk.round_newest" if is_newest else "desk.round"
    return speaking.words.say(word, n=each.number, since=moment(each.since, speaking))


def _lines(each: Round, speaking: Localizer) -> tuple[CaseFileLine, ...]:
    return tuple(_line(answer.field, answer.value, speaking) for answer in each.answers)


def _line(about: Field, value: Value, speaking: Localizer) -> CaseFileLine:
    return CaseFileLine(
        speaking.plain(about.label), tuple(answer_lines(about, value, speaking)), speaking.lang(about.label)
    )


def _fact(known: KnownFact, speaking: Localizer) -> DrawnFact:
    """What a source was asked, what it said, when, and why it is so, in the words that the flow gives for it."""
    say, fact = speaking.words.say, known.fact
    asked = tuple(_line(about, value, speaking) for about, value in known.asked)
    source = speaking.flow.sources.get(fact.source)
    said = tuple(_said(source, name, value, speaking) for name, value in fact.values.items())
    why = CaseFileLine(say("desk.fact.why"), (say(f"desk.fact.{fact.why}"),))
    when = CaseFileLine(say("desk.fact.when"), (moment(fact.at, speaking),))
    name = speaking.plain(source.title) if source is not None and source.title else _spaced(fact.source)
    return DrawnFact(name if known.is_new else say("desk.fact.older", name=name), (*asked, *said, when, why))


def _said(source: Source | None, name: str, value: Value, speaking: Localizer) -> CaseFileLine:
    label = source.labels.get(name) if source is not None else None
    kind = source.gives.get(name) if source is not None else None
    is_chosen = kind is not None and kind.kind == "choice" and isinstance(value, str)
    word = source.word(name, str(value)) if source is not None and is_chosen else None
    lines = (speaking.plain(word),) if word is not None else _worded(value, speaking)
    return CaseFileLine(speaking.plain(label) if label else _spaced(name), lines, speaking.lang(label))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _worded(value: Value, speaking: Localizer) -> tuple[str, ...]:
    written = in_words(value, speaking) if not isinstance(value, Mapping) else ""
    return (written,) if written else ()


def _file(document: Document, case: Case, speaking: Localizer, *, is_shown: bool) -> DrawnFile:
    say, file = speaking.words.say, document.file
    about = speaking.plain(document.field.label)
    if document.round > 1:
        about = say("desk.file_of_round", label=about, n=document.round)
    href = desk_file_address(speaking.language, case.id, file.id)
    size = speaking.words.format.size(file.size)
    if not can_be_shown(file):
        return DrawnFile(file.id, file.name, size, about, href)
    shows = "desk.show_picture" if file.kind in WHOLE else "desk.show_first_page"
    picture = picture_address(speaking.language, case.id, file.id) if is_shown else ""
    return DrawnFile(file.id, file.name, size, about, href, shows, picture)
