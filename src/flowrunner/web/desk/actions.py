"""What can be done with a case at the desk, and what its step tells: drawn once for each shape, then filled in."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.model.flow import Block
from flowrunner.model.record import replace
from flowrunner.runtime.look import Page
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.blocks import render_blocks
from flowrunner.web.page.page_cache import PERSONAL, Objects, Recorder, Shape, page_cache
from flowrunner.web.page.renderer import NO_WORDS, PageRecorder, PageRenderer
from flowrunner.web.page.step_page import StepShape, shape_of
from flowrunner.web.page.view import Complaint, PageFrame, complaints_of, page_view

RELEASE = "_release"
_NOWHERE = PageFrame(action="")


def draw_form(
    page: Page | None, speaking: Localizer, own: Mapping[str, str], *, holds: bool
) -> tuple[Markup, tuple[Complaint, ...]]:
    """The questions of the step and of its actions, and what is wrong with what was sent; nothing when there is nothing
    to do. `own` is what the form has of its own: its action, csrf, form, shown and step."""
    if page is None or not (page.has_next or page.resend or page.actions):
        return NO_WORDS, ()
    pen = PageRenderer(page, speaking, Addresses(speaking.language, page.case.flow, page.step.name), own)
    form = page_cache().html(DecideForm(**shape_of(page, pen), holds=holds), pen)
    return form, complaints_of(pen)


class DecideForm(StepShape, frozen=True):
    """What can be done with a case in its step. `holds` says that the officer holds it."""

    holds: bool

    def draw(self, recorder: Recorder) -> str:
        asks = _only_questions(self.recorded_page(), self.voice)
        return _drawn_form(asks, self.pen(recorder, asks), holds=self.holds)


def _only_questions(page: Page, speaking: Localizer) -> Page:
    # The heading of this page is the case: no question is to be one.
    step = replace(page.step, title=page.step.title or speaking.flow.title)
    return replace(page, step=step, blocks=tuple(b for b in page.blocks if b.uses), lines={})


def _drawn_form(asks: Page, pen: PageRenderer, *, holds: bool) -> str:
    drawn = page_view(asks, pen, _NOWHERE)
    say = pen.voice.words.say
    return pen.render("desk/decide.html", view=drawn, own=pen.own, say=say, release=RELEASE, holds=holds, keeps=False)


def draw_notes(page: Page | None, speaking: Localizer, *, for_staff: bool) -> Markup:
    """What the step tells the officer; or what it tells everybody, where the person of the case lands too."""
    if page is None:
        return NO_WORDS
    notes = {
        index: block
        for index, block in enumerate(page.blocks)
        if BLOCKS[block.kind].prose and _is_for_staff(block, page) == for_staff
    }
    if not notes:
        return NO_WORDS
    pen = PageRenderer(page, speaking, Addresses(speaking.language, page.case.flow, page.step.name), {})
    return page_cache().html(Notes(speaking, pen.at, tuple(notes), Objects(notes.values())), pen)


class Notes(Shape, frozen=True):
    """What a step tells: blocks, with their place on the page."""

    voice: Localizer
    at: Addresses
    places: tuple[int, ...]
    blocks: Objects[Block]

    def draw(self, recorder: Recorder) -> str:
        pen = PageRecorder(recorder, PERSONAL, self.voice, self.at)
        blocks = render_blocks(zip(self.places, self.blocks, strict=True), pen)
        return pen.render("desk/notes.html", blocks=blocks, say=self.voice.words.say, keeps=False)


def _is_for_staff(block: Block, page: Page) -> bool:
    """A page of the staff alone is for the staff; of one where others land, what asks who is there."""
    return not page.step.traits.waits or (block.when is not None and "actor" in block.when.names)
