"""What a case holds as it is drawn at the desk: answers, facts and documents.

Each part is drawn once for each shape that it has (these steps, these questions, so many lines) and then filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup
from msgspec import Struct, structs

from flowrunner.i18n.words import Words
from flowrunner.model.case import Case, Value
from flowrunner.model.flow import Field, Source
from flowrunner.service.desk.case_file import CaseFileSection, Document, Dossier, KnownFact, Round
from flowrunner.service.uploads.previews import WHOLE, can_be_shown
from flowrunner.web.desk.columns import in_words, moment
from flowrunner.web.desk.history import step_name
from flowrunner.web.desk.request import case_address, desk_file_address, picture_address
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.controls import answer_lines
from flowrunner.web.page.page_cache import Recorder, Shape, Values, page_cache


class CaseFileLine(Struct, frozen=True):
    """A label with a value, line by line; `lang` is the label's language when it is not that of the page."""

    label: str
    lines: tuple[str, ...]
    lang: str = ""

    def hollow(self, own: Values) -> CaseFileLine:
        """The same with holes for its values."""
        return CaseFileLine(self.label, tuple(map(own.take, self.lines)), self.lang)


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

    def hollow(self, own: Values) -> DrawnFile:
        """The same with holes for what is the case's own."""
        take = own.take
        picture = take(self.picture) if self.picture else ""
        ident, name, size = take(self.id), take(self.name), take(self.size)
        return DrawnFile(ident, name, size, take(self.about), take(self.href), self.shows, picture)


class CaseFilePart(Shape, frozen=True):
    """A part of the page, by the name of its template: with holes for what is the case's own. When the page `sends` a
    form, what was typed there goes with the wish for a picture; `here` is where the case is."""

    part: str
    words: Words
    sections: tuple[DrawnSection, ...] = ()
    facts: tuple[DrawnFact, ...] = ()
    files: tuple[DrawnFile, ...] = ()
    sends: bool = False
    here: str = ""

    def draw(self, recorder: Recorder) -> str:
        return recorder.render(f"desk/{self.part}.html", say=self.words.say, **structs.asdict(self))


def draw_answers(case_file: Dossier, speaking: Localizer) -> Markup:
    """What was answered, step by step."""
    own = Values()

    def hollow(each: DrawnRound) -> DrawnRound:
        heading = own.take(each.heading) if each.heading else ""
        return DrawnRound(heading, tuple(line.hollow(own) for line in each.lines))

    drawn = (_section(each, speaking) for each in case_file.sections)
    sections = tuple(DrawnSection(each.heading, tuple(map(hollow, each.rounds))) for each in drawn)
    return page_cache().html(CaseFilePart("answers", speaking.words, sections), own)


def draw_facts(case_file: Dossier, speaking: Localizer) -> Markup:
    """What sources said."""
    own = Values()
    drawn = (_fact(each, speaking) for each in case_file.facts)
    facts = tuple(DrawnFact(each.name, tuple(line.hollow(own) for line in each.lines)) for each in drawn)
    return page_cache().html(CaseFilePart("facts", speaking.words, facts=facts), own)


def draw_files(case_file: Dossier, case: Case, speaking: Localizer, *, sends: bool, shown: str) -> Markup:
    """The documents, each to be saved. `shown` is the id of the one whose picture was asked for. When the page `sends`
    a form, what was typed there goes with such a wish."""
    own = Values()
    drawn = (_file(each, case, speaking, is_shown=each.file.id == shown) for each in case_file.documents)
    files = tuple(each.hollow(own) for each in drawn)
    here = own.take(case_address(speaking.language, case.id))
    return page_cache().html(CaseFilePart("files", speaking.words, files=files, sends=sends, here=here), own)


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


def _fact(entry: KnownFact, speaking: Localizer) -> DrawnFact:
    """What a source was asked, what it said, when, and why it is so, in the words that the flow gives for it."""
    say, fact = speaking.words.say, entry.fact
    criteria = tuple(_line(about, value, speaking) for about, value in entry.criteria)
    source = speaking.flow.sources.get(fact.source)
    values = tuple(_answer_line(source, name, value, speaking) for name, value in fact.values.items())
    why = CaseFileLine(say("desk.fact.why"), (say(f"desk.fact.{fact.why}"),))
    when = CaseFileLine(say("desk.fact.when"), (moment(fact.at, speaking),))
    name = speaking.plain(source.title) if source is not None and source.title else _spaced(fact.source)
    return DrawnFact(name if entry.is_new else say("desk.fact.older", name=name), (*criteria, *values, when, why))


def _answer_line(source: Source | None, name: str, value: Value, speaking: Localizer) -> CaseFileLine:
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
