"""A page of a case as the template draws it: values only, all words in one language."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from markupsafe import Markup
from msgspec import Struct, field

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs
from flowrunner.model.flow import Action, Step
from flowrunner.runtime.account_page import PlacePage
from flowrunner.runtime.look import Page, PageQuestion
from flowrunner.web.page.blocks import RenderedBlock, render_blocks
from flowrunner.web.page.controls import Control, control, is_steady
from flowrunner.web.page.renderer import NO_WORDS, PageRenderer


class Complaint(Struct, frozen=True):
    """One line of the error summary; `target` is the id of the control that it leads to, "" for the whole page."""

    words: str
    target: str = ""


class Button(Struct, frozen=True):
    """A button of the form, with the questions that only it sends."""

    name: str
    label: Markup
    confirm: Markup
    controls: tuple[Control, ...] = ()

    @property
    def is_apart(self) -> bool:
        """Whether it stands in a box of its own, with what belongs to it."""
        return bool(self.controls or self.confirm)


class PageFrame(Struct, frozen=True):
    """What stands around a page of a flow. `action` is where its form goes; `keeps` says that what was typed is kept
    when somebody leaves by a link; `says`, `returns`, `changes` and `opened` say that there is something to say once, a
    page before it, a page whose change link opened it, and a page from which the flow was opened."""

    action: str
    keeps: bool = False
    says: bool = False
    returns: bool = False
    changes: bool = False
    opened: bool = False
    runs: bool = False


class View(Struct, frozen=True):
    """A page. `heading` is empty when the only question's label is the heading."""

    title: Markup
    heading: Markup
    heading_lang: str
    blocks: tuple[RenderedBlock, ...]
    foot: tuple[RenderedBlock, ...]
    complaints: tuple[Complaint, ...]
    buttons: tuple[Button, ...]
    next_label: Markup
    has_next: bool
    resend: bool
    status: Markup
    deadline: Markup
    asks: bool
    files: bool
    around: PageFrame

    @property
    def has_form(self) -> bool:
        return self.has_next or self.resend or bool(self.buttons)


class Elsewhere(Struct, frozen=True):
    """The stored answers, as inputs by field, that another window changed since the page was shown."""

    answers: Mapping[str, Inputs] = field(default_factory=dict)


NOWHERE_ELSE = Elsewhere()


def page_view(page: Page, pen: PageRenderer, around: PageFrame, elsewhere: Elsewhere = NOWHERE_ELSE) -> View:
    """Make a page ready."""
    step, voice = page.step, pen.voice
    alone = _field_that_is_the_heading(step, page)
    controls = {
        name: _control(question, pen, elsewhere.answers.get(name), name == alone)
        for name, question in page.questions.items()
    }
    return View(
        title=pen.plain(step.title) if step.title else _label_of(alone, page, pen),
        heading=pen.html(step.title),
        heading_lang=voice.lang(step.title),
        blocks=render_blocks(enumerate(page.blocks), pen, controls, keeps=around.keeps),
        foot=_foot(pen, keeps=around.keeps),
        complaints=complaints_of(pen),
        buttons=tuple(_button(action, pen, controls) for action in page.actions),
        next_label=pen.html(step.next_label) or Markup.escape(voice.words.say("page.continue")),
        has_next=page.has_next,
        resend=page.resend,
        status=pen.html(step.status) if step.traits.waits else NO_WORDS,
        deadline=pen.own("deadline") if around.runs else NO_WORDS,
        asks=bool(page.questions),
        files=sends_files(page),
        around=around,
    )


def complaints_of(pen: PageRenderer) -> tuple[Complaint, ...]:
    """The lines of the error summary."""
    return tuple(Complaint(pen.own(f"line {number}"), target) for number, target in enumerate(pen.wrong.targets))


def of_a_place(page: PlacePage, pen: PageRenderer) -> tuple[tuple[RenderedBlock, ...], tuple[RenderedBlock, ...]]:
    """The blocks of a place, and those at its foot."""
    return render_blocks(enumerate(page.blocks), pen), _foot(pen)


def _foot(pen: PageRenderer, *, keeps: bool = False) -> tuple[RenderedBlock, ...]:
    return render_blocks(((-1 - i, block) for i, block in enumerate(pen.foot)), pen, keeps=keeps)


# --- Questions ----------------------------------------------------------------------------


def _control(question: PageQuestion, pen: PageRenderer, elsewhere: Inputs | None, alone: bool) -> Control:
    if is_steady(question.field):
        return control(question, pen, elsewhere, alone)
    name = question.field.name

    def draw(now: PageRenderer) -> Markup:
        drawn = control(now.page.questions[name], now, elsewhere, alone)
        html = render_template("widgets/alone.html", control=drawn, say=now.voice.words.say)
        return Markup(html)  # noqa: S704 - a template of ours, which escapes

    return Control.drawn(name, pen.anew(draw))


def _field_that_is_the_heading(step: Step, page: Page) -> str | None:
    return None if step.title else next(iter(page.questions), None)


def _label_of(name: str | None, page: Page, pen: PageRenderer) -> Markup:
    return pen.plain(pen.voice.flow.title if name is None else page.questions[name].field.label)


def _button(action: Action, pen: PageRenderer, controls: Mapping[str, Control]) -> Button:
    questions = tuple(controls[use.field.name] for use in action.fields if use.field.name in controls)
    return Button(action.name, pen.html(action.label), pen.html(action.confirm), questions)


def sends_files(page: Page) -> bool:
    """Whether the form of a page carries files."""
    return any(FIELD_TYPES[question.field.kind].takes_files for question in page.questions.values())
