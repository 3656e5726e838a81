"""Pages are made once: what a page says in a language is drawn for the first person and filled in for the others.

A draft holds a page of one flow version, step and language, in one shape: these blocks, these questions, these buttons.
It never holds what somebody typed, nor a word about a person: those are its holes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from flask import current_app, render_template

from flowrunner.runtime.look import Page
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.renderer import NO_DATA, Own, PageData, PageRenderer, PageTemplate, TemplateRecorder
from flowrunner.web.page.view import NOWHERE_ELSE, Elsewhere, PageFrame, page_view, shown_at_the_foot

PAGES = "flowrunner.pages"
MOST = 512
Shape: TypeAlias = tuple[object, ...]


class PageCache:
    """The drafts of one application, the ones used last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._drafts: OrderedDict[Shape, PageTemplate] = OrderedDict()

    def html(
        self,
        page: Page,
        voice: Localizer,
        at: Addresses,
        own: Own,
        around: PageFrame,
        elsewhere: Elsewhere = NOWHERE_ELSE,
        beside: PageData = NO_DATA,
    ) -> str:
        """The page. One that complains is drawn for itself."""
        pen = PageRenderer(page, voice, at, own, beside)
        if page.problems or elsewhere.answers:
            return _draw(page, pen, around, elsewhere)
        return self.filled(_shape(page, voice, around), pen, lambda drafting: _draw(page, drafting, around))

    def filled(self, shape: Shape, pen: PageRenderer, draw: Callable[[PageRenderer], str]) -> str:
        """A page of this shape, filled in with the pen. `draw` draws it if nobody has seen such a page yet; what it
        draws with is the pen that leaves holes."""
        draft = self._find(shape)
        if draft is None:
            drafting = TemplateRecorder(pen.page, pen.voice, pen.at, pen.beside)
            draft = drafting.draft(draw(drafting))
            self._keep(shape, draft)
        return draft.fill(pen)

    def _find(self, shape: Shape) -> PageTemplate | None:
        with self._lock:
            draft = self._drafts.get(shape)
            if draft is not None:
                self._drafts.move_to_end(shape)
            return draft

    def _keep(self, shape: Shape, draft: PageTemplate) -> None:
        with self._lock:
            self._drafts[shape] = draft
            while len(self._drafts) > MOST:
                self._drafts.popitem(last=False)


def page_cache() -> PageCache:
    """Those of the running application."""
    found: PageCache = current_app.extensions[PAGES]
    return found


def _shape(page: Page, voice: Localizer, around: PageFrame) -> Shape:
    """What a draft holds for: all on which the drawing depends beside what its holes are filled with.

    Blocks, questions and buttons are told apart as the objects of the flow that they are; the voice, which is part of
    the shape, keeps that flow alive.
    """
    return (
        voice,
        page.step.name,
        tuple(map(id, page.blocks)),
        tuple((id(asked.use), asked.always) for asked in page.questions.values()),
        tuple(map(id, page.actions)),
        tuple(map(id, shown_at_the_foot(page, voice))),
        page.has_next,
        page.resend,
        around,
    )


def _draw(page: Page, pen: PageRenderer, around: PageFrame, elsewhere: Elsewhere = NOWHERE_ELSE) -> str:
    voice = pen.voice
    return render_template(
        "step.html",
        view=page_view(page, pen, around, elsewhere),
        own=pen.own,
        say=voice.words.say,
        language=voice.language,
        service=voice.plain(voice.flow.title),
        languages=voice.flow.languages,
        home=f"/{voice.language}/",
        keeps=around.keeps,
    )
