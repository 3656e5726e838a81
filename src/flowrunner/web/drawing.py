"""A page of a case as the template draws it: values only, all words in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs, Problem
from flowrunner.model.flow import Action, Block, Step
from flowrunner.runtime.page import Page
from flowrunner.text import Text
from flowrunner.web.blocks import Addresses, Drawn, draw
from flowrunner.web.controls import Control, control
from flowrunner.web.voice import Voice


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the error summary; `target` is the id of the control that it leads to, "" for the whole page."""

    words: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the form, with the questions that only it sends."""

    name: str
    label: Markup
    confirm: Markup
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A page. `heading` is empty when the only question's label is the heading."""

    title: str
    heading: Markup
    heading_lang: str
    blocks: tuple[Drawn, ...]
    foot: tuple[Drawn, ...]
    complaints: tuple[Complaint, ...]
    buttons: tuple[Button, ...]
    next_label: Markup
    has_next: bool
    resend: bool
    say: Markup
    status: Markup

    @property
    def has_form(self) -> bool:
        return self.has_next or self.resend or bool(self.buttons)


def view(
    page: Page,
    voice: Voice,
    at: Addresses,
    say: Text | None = None,
    elsewhere: Mapping[str, Inputs] | None = None,
) -> View:
    """Make a page ready."""
    step = page.step
    env = page.reading
    problems = _problems(page, voice)
    alone = _field_that_is_the_heading(step, page)
    controls = {
        name: control(asked, voice, env, problems, elsewhere or {}, name == alone) for name, asked in page.asked.items()
    }
    blocks = tuple(d for i, b in enumerate(page.blocks) if (d := draw(b, i, page, voice, controls, at)) is not None)
    title = voice.plain(step.title, env) if step.title else _label_of(alone, page, voice)
    return View(
        title=title,
        heading=voice.html(step.title, env),
        heading_lang=voice.lang(step.title),
        blocks=blocks,
        foot=_foot(page, voice, at),
        complaints=tuple(_complaint(problem, page, voice, controls) for problem in _in_order(page)),
        buttons=tuple(_button(action, voice, page, controls) for action in page.actions),
        next_label=voice.html(step.next_label, env) or Markup.escape(voice.words.say("page.continue")),
        has_next=page.has_next,
        resend=page.resend,
        say=voice.html(say, env),
        status=voice.html(step.status, env) if step.kind == "wait" else Markup(""),
    )


def _problems(page: Page, voice: Voice) -> Mapping[str, tuple[Problem, str]]:
    """The first problem of each field, in words."""
    found: dict[str, tuple[Problem, str]] = {}
    for problem in page.problems:
        if problem.field is not None and problem.field not in found:
            asked = page.asked.get(problem.field)
            said = voice.problem(problem, asked.field if asked else None, page.reading)
            found[problem.field] = problem, said
    return found


def _in_order(page: Page) -> list[Problem]:
    """The problems as the page is read: those of the whole page, then those of its questions from top to bottom."""
    places = {name: place for place, name in enumerate(page.asked)}
    return sorted(page.problems, key=lambda problem: places.get(problem.field or "", -1))


def _complaint(problem: Problem, page: Page, voice: Voice, controls: Mapping[str, Control]) -> Complaint:
    asked = page.asked.get(problem.field) if problem.field else None
    words = voice.problem(problem, asked.field if asked else None, page.reading)
    if asked is None:
        return Complaint(words)
    made = controls[asked.field.name]
    first = made.parts[0].id if made.parts else made.id
    return Complaint(words, problem.input or first)


def _field_that_is_the_heading(step: Step, page: Page) -> str | None:
    return None if step.title else next(iter(page.asked), None)


def _label_of(name: str | None, page: Page, voice: Voice) -> str:
    if name is None:
        return voice.plain(voice.flow.title)
    return voice.plain(page.asked[name].field.label, page.reading)


def _button(action: Action, voice: Voice, page: Page, controls: Mapping[str, Control]) -> Button:
    asked = tuple(controls[use.field.name] for use in action.fields if use.field.name in controls)
    env = page.reading
    return Button(action.name, voice.html(action.label, env), voice.html(action.confirm, env), asked)


def _foot(page: Page, voice: Voice, at: Addresses) -> tuple[Drawn, ...]:
    found = []
    for index, block in enumerate(voice.flow.every_page):
        if _holds(block, page):
            drawn = draw(block, -1 - index, page, voice, {}, at)
            if drawn is not None:
                found.append(drawn)
    return tuple(found)


def _holds(block: Block, page: Page) -> bool:
    return block.when is None or bool(block.when.evaluate(page.reading))


def sends_files(page: Page) -> bool:
    """Whether the form of a page carries files."""
    return any(FIELD_TYPES[asked.field.kind].name == "file" for asked in page.asked.values())
