"""What can be done with a case at the desk, and what its step tells: drawn once for each shape, then filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import render_template
from markupsafe import Markup

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.model.flow import Block
from flowrunner.model.record import replace
from flowrunner.runtime.look import Page
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.blocks import render_blocks
from flowrunner.web.page.page_cache import page_cache
from flowrunner.web.page.renderer import NO_WORDS, PageRenderer
from flowrunner.web.page.view import Complaint, PageFrame, page_view

RELEASE = "_release"
_NOWHERE = PageFrame(action="")


def draw_form(
    page: Page | None, speaking: Localizer, own: Mapping[str, str], *, holds: bool
) -> tuple[Markup, tuple[Complaint, ...]]:
    """The questions of the step and of its actions, and what is wrong with what was sent; nothing when there is nothing
    to do. `own` is what the form has of its own: its action, csrf, form, shown and step."""
    if page is None or not (page.has_next or page.resend or page.actions):
        return NO_WORDS, ()
    # The heading of this page is the case: no question is to be one.
    step = replace(page.step, title=page.step.title or speaking.flow.title)
    asks = replace(page, step=step, blocks=tuple(b for b in page.blocks if b.uses), lines={})
    pen = PageRenderer(asks, speaking, Addresses(speaking.language, page.case.flow, step.name), own)
    if page.problems:
        return Markup(_drawn_form(asks, pen, holds=holds)), page_view(asks, pen, _NOWHERE).complaints  # noqa: S704
    shape = (
        "decide",
        speaking,
        step.name,
        tuple(map(id, asks.blocks)),
        tuple((id(asked.use), asked.always) for asked in page.questions.values()),
        tuple(map(id, page.actions)),
        page.has_next,
        page.resend,
        holds,
    )
    return Markup(page_cache().filled(shape, pen, lambda drafting: _drawn_form(asks, drafting, holds=holds))), ()  # noqa: S704


def _drawn_form(asks: Page, pen: PageRenderer, *, holds: bool) -> str:
    drawn = page_view(asks, pen, _NOWHERE)
    say = pen.voice.words.say
    return render_template(
        "desk/decide.html", view=drawn, own=pen.own, say=say, release=RELEASE, holds=holds, keeps=False
    )


def draw_notes(page: Page | None, speaking: Localizer, *, for_staff: bool) -> Markup:
    """What the step tells the officer; or what it tells everybody, where the person of the case lands too."""
    if page is None:
        return NO_WORDS
    told = tuple(
        (index, block)
        for index, block in enumerate(page.blocks)
        if BLOCKS[block.kind].prose and _is_for_staff(block, page) == for_staff
    )
    if not told:
        return NO_WORDS
    pen = PageRenderer(page, speaking, Addresses(speaking.language, page.case.flow, page.step.name), {})
    shape = ("notes", speaking, tuple((index, id(block)) for index, block in told))
    return Markup(page_cache().filled(shape, pen, lambda drafting: _drawn_notes(told, drafting)))  # noqa: S704


def _drawn_notes(told: Iterable[tuple[int, Block]], pen: PageRenderer) -> str:
    return render_template("desk/notes.html", blocks=render_blocks(told, pen), say=pen.voice.words.say, keeps=False)


def _is_for_staff(block: Block, page: Page) -> bool:
    """A page of the staff alone is for the staff; of one where others land, what asks who is there."""
    return not page.step.traits.waits or (block.when is not None and "actor" in block.when.names)
