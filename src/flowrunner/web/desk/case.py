"""One case as it is drawn at the desk: what its step tells the officer, all that is in it, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs, Value
from flowrunner.model.flow import Block, Details, Field, Fields, Notice, TextBlock
from flowrunner.model.graph import SUBMITTED
from flowrunner.runtime.page import Page
from flowrunner.service.casework import Opened
from flowrunner.service.dossier import Document, Known, Round, Section, dossier
from flowrunner.web.addresses import Addresses
from flowrunner.web.blocks import Drawn, draw
from flowrunner.web.controls import shown
from flowrunner.web.desk.arriving import file_address
from flowrunner.web.desk.columns import in_words, moment, status_of
from flowrunner.web.desk.history import Happened, History, history, last_move, step_name
from flowrunner.web.drawing import Surroundings, View, view
from flowrunner.web.pen import Pen
from flowrunner.web.voice import Voice, voice
from flowrunner.words import words

# What a case's page shows of a flow that does not say.
SHOWN = ("answers", "facts", "files", "history")


@dataclass(frozen=True, slots=True)
class Line:
    """A label with a value, line by line; `lang` is the label's language when it is not that of the page."""

    label: str
    lines: tuple[str, ...]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRound:
    """`heading` is "" when the step was answered once."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DrawnSection:
    heading: str
    rounds: tuple[DrawnRound, ...]


@dataclass(frozen=True, slots=True)
class DrawnFact:
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DrawnFile:
    name: str
    size: str
    about: str
    href: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The case is not as it was shown: where it is now, what brought it there, and what was typed and not taken."""

    status: str
    by: Happened | None
    typed: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """`notes` is what the step tells the officer, `others` what it tells everybody. `form` is None when there is
    nothing that the officer can do."""

    reference: str
    service: str
    about: tuple[Line, ...]
    held: str
    notes: tuple[Drawn, ...]
    others: tuple[Drawn, ...]
    answers: tuple[DrawnSection, ...] | None
    facts: tuple[DrawnFact, ...] | None
    files: tuple[DrawnFile, ...] | None
    history: History | None
    form: View | None
    moved: Moved | None = None


@dataclass(frozen=True, slots=True)
class Untaken:
    """What was sent of a case that has moved on."""

    step: str
    button: str
    inputs: Inputs


def draw_case(opened: Opened, language: str, action: str, untaken: Untaken | None = None) -> CaseView:
    """Make a case ready. `action` is where its form goes."""
    speaking = voice(opened.program, language)
    said = speaking.flow.desk
    wanted = (said.show if said is not None else ()) or SHOWN
    held = dossier(opened.program, opened.case)
    return CaseView(
        reference=opened.case.reference or speaking.words.say("desk.no_reference"),
        service=speaking.plain(speaking.flow.title),
        about=tuple(_about(opened, speaking)),
        held=_held(opened, speaking),
        notes=tuple(_notes(opened.page, speaking, for_staff=True)),
        others=tuple(_notes(opened.page, speaking, for_staff=False)),
        answers=tuple(_section(each, speaking) for each in held.sections) if "answers" in wanted else None,
        facts=tuple(_fact(each, speaking) for each in held.facts) if "facts" in wanted else None,
        files=tuple(_file(each, opened, speaking) for each in held.documents) if "files" in wanted else None,
        history=history(opened, speaking) if "history" in wanted else None,
        form=_form(opened.page, speaking, action),
        moved=_moved(opened, speaking, untaken) if untaken is not None else None,
    )


def _about(opened: Opened, speaking: Voice) -> Iterable[Line]:
    """How the case stands, in a few lines."""
    say, case = speaking.words.say, opened.case
    yield Line(say("desk.column.status"), (status_of(case, opened.reading, speaking),))
    submitted = case.moments.get(SUBMITTED)
    if submitted is not None:
        yield Line(say("desk.column.submitted"), (moment(submitted, speaking),))
    if case.ended is None:
        yield Line(say("desk.since"), (moment(case.path[-1].since, speaking),))
        if opened.page is None:
            yield Line(say("desk.waits_for"), (say("desk.who.owner"),))
    else:
        yield Line(say("desk.ended"), (moment(case.ended, speaking),))
    yield Line(say("desk.column.language"), (words(case.language).say("language.name"),))


def _held(opened: Opened, speaking: Voice) -> str:
    """Who else is at work on the case, in words."""
    held = opened.held
    if held is None or held.own:
        return ""
    return speaking.words.say("desk.held_by", who=held.by, since=moment(held.at, speaking))


# --- The page of the step -----------------------------------------------------------------


def _notes(page: Page | None, speaking: Voice, *, for_staff: bool) -> Iterable[Drawn]:
    """What the step tells the officer; or what it tells everybody, where the person of the case lands too."""
    if page is None:
        return
    pen = Pen(page, speaking, Addresses(speaking.language, page.case.flow, page.step.name), {})
    for index, block in enumerate(page.blocks):
        if isinstance(block, TextBlock | Notice | Details) and _is_for_staff(block, page) == for_staff:
            drawn = draw(block, index, pen, {}, keeps=False)
            if drawn is not None:
                yield drawn


def _is_for_staff(block: Block, page: Page) -> bool:
    """A page of the staff alone is for the staff; of one where others land, what asks who is there."""
    return page.step.kind != "wait" or (block.when is not None and "actor" in block.when.names)


def _form(page: Page | None, speaking: Voice, action: str) -> View | None:
    """The questions of the step and of its actions; None when there is nothing to do."""
    if page is None:
        return None
    # The heading of this page is the case: no question is to be one.
    step = replace(page.step, title=page.step.title or speaking.flow.title)
    asks = replace(page, step=step, blocks=tuple(b for b in page.blocks if isinstance(b, Fields)), lines={})
    pen = Pen(asks, speaking, Addresses(speaking.language, page.case.flow, step.name), {})
    drawn = view(asks, pen, Surroundings(action=action))
    return drawn if drawn.has_form else None


def _moved(opened: Opened, speaking: Voice, untaken: Untaken) -> Moved:
    """What was typed is shown once more if the page does not ask it any more."""
    asked = opened.page.asked if opened.page is not None else {}
    gone = (use.field for use in opened.program.asks(untaken.step, untaken.button).uses if use.field.name not in asked)
    lines = (_typed(about, untaken.inputs, speaking) for about in gone)
    return Moved(
        status_of(opened.case, opened.reading, speaking),
        last_move(opened, speaking),
        tuple(line for line in lines if line.lines),
    )


def _typed(about: Field, inputs: Inputs, speaking: Voice) -> Line:
    kind = FIELD_TYPES[about.kind]
    values = [value for name in kind.inputs(about) for value in inputs.get(name, ()) if value.strip()]
    if kind.secret:
        values = []
    if kind.has_choices:
        values = [speaking.wording.label(about.name, value).words for value in values]
    if kind.parts:
        values = [" ".join(values)] if values else []
    return Line(speaking.plain(about.label), tuple(values), speaking.lang(about.label))


# --- What the case holds ------------------------------------------------------------------


def _section(section: Section, speaking: Voice) -> DrawnSection:
    several = len(section.rounds) > 1
    newest = section.rounds[0]
    return DrawnSection(
        step_name(section.step, speaking),
        tuple(
            DrawnRound(_round(each, speaking, is_newest=each is newest) if several else "", _lines(each, speaking))
            for each in section.rounds
        ),
    )


def _round(each: Round, speaking: Voice, *, is_newest: bool) -> str:
    word = "desk.round_newest" if is_newest else "desk.round"
    return speaking.words.say(word, n=each.number, since=moment(each.since, speaking))


def _lines(each: Round, speaking: Voice) -> tuple[Line, ...]:
    return tuple(_line(answer.field, answer.value, speaking) for answer in each.answers)


def _line(about: Field, value: Value, speaking: Voice) -> Line:
    return Line(speaking.plain(about.label), tuple(shown(about, value, speaking)), speaking.lang(about.label))


def _fact(known: Known, speaking: Voice) -> DrawnFact:
    """What a source was asked, what it said, when, and why it is so. Names are those that the flow gives them."""
    say, fact = speaking.words.say, known.fact
    asked = tuple(_line(about, value, speaking) for about, value in known.asked)
    said = tuple(Line(_spaced(name), _worded(value, speaking)) for name, value in fact.values.items())
    why = Line(say("desk.fact.why"), (say(f"desk.fact.{fact.why}"),))
    when = Line(say("desk.fact.when"), (moment(fact.at, speaking),))
    name = _spaced(fact.source)
    return DrawnFact(name if known.is_new else say("desk.fact.older", name=name), (*asked, *said, when, why))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _worded(value: Value, speaking: Voice) -> tuple[str, ...]:
    written = in_words(value, speaking) if not isinstance(value, Mapping) else ""
    return (written,) if written else ()


def _file(document: Document, opened: Opened, speaking: Voice) -> DrawnFile:
    say, file = speaking.words.say, document.file
    about = speaking.plain(document.field.label)
    if document.round > 1:
        about = say("desk.file_of_round", label=about, n=document.round)
    href = file_address(speaking.language, opened.case.id, file.id)
    return DrawnFile(file.name, speaking.words.format.size(file.size), about, href)
