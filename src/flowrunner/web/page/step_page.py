"""The page of a step as it is drawn for everybody: its shape, what its drawing may know, and the drawing."""

from __future__ import annotations

from typing import Any

from flowrunner.model.flow import Action, Block, FieldUse, Step
from flowrunner.runtime.look import Page, PageQuestion
from flowrunner.web.addresses import Addresses, PageLink
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.page_cache import PERSONAL, Objects, Recorder, Shape, page_cache
from flowrunner.web.page.renderer import NO_DATA, Own, PageData, PageRecorder, PageRenderer, Wrong, links_to_flows
from flowrunner.web.page.view import NOWHERE_ELSE, Elsewhere, PageFrame, page_view


class StepShape(Shape, frozen=True):
    """What pages of a step have in common: these blocks, these questions (some of them `always`), these buttons,
    where its links to other flows lead, and where it says that something is wrong."""

    voice: Localizer
    at: Addresses
    step: Objects[Step]
    blocks: Objects[Block]
    uses: Objects[FieldUse]
    always: tuple[bool, ...]
    actions: Objects[Action]
    foot: Objects[Block]
    links: tuple[tuple[str, PageLink], ...]
    has_next: bool
    resend: bool
    wrong: Wrong

    @property
    def is_rare(self) -> bool:
        return bool(self.wrong.targets)

    def recorded_page(self) -> Page:
        """The page without anything that is one person's."""
        questions = {
            use.field.name: PageQuestion(use, PERSONAL, always=always)
            for use, always in zip(self.uses, self.always, strict=True)
        }
        return Page(
            step=self.step[0],
            case=PERSONAL,
            reading=PERSONAL,
            blocks=self.blocks,
            questions=questions,
            lines=PERSONAL,
            actions=self.actions,
            has_next=self.has_next,
            resend=self.resend,
        )

    def pen(self, recorder: Recorder, page: Page) -> PageRecorder:
        """What draws it."""
        return PageRecorder(recorder, page, self.voice, self.at, self.foot, dict(self.links), PERSONAL, self.wrong)


def shape_of(page: Page, pen: PageRenderer) -> dict[str, Any]:
    """The parts of a `StepShape`, from a page that was looked at."""
    foot = pen.foot
    return {
        "voice": pen.voice,
        "at": pen.at,
        "step": Objects((page.step,)),
        "blocks": Objects(page.blocks),
        "uses": Objects(question.use for question in page.questions.values()),
        "always": tuple(question.always for question in page.questions.values()),
        "actions": Objects(page.actions),
        "foot": Objects(foot),
        "links": links_to_flows((*page.blocks, *foot), pen.at),
        "has_next": page.has_next,
        "resend": page.resend,
        "wrong": pen.wrong,
    }


class StepPage(StepShape, frozen=True):
    """The whole page of a step, with what stands around it."""

    around: PageFrame

    def draw(self, recorder: Recorder) -> str:
        page = self.recorded_page()
        return _draw(page, self.pen(recorder, page), self.around)


def draw_step(
    page: Page,
    voice: Localizer,
    at: Addresses,
    own: Own,
    around: PageFrame,
    elsewhere: Elsewhere = NOWHERE_ELSE,
    beside: PageData = NO_DATA,
) -> str:
    """The page. One that shows what another window changed is drawn for itself."""
    pen = PageRenderer(page, voice, at, own, beside)
    if elsewhere.answers:
        return _draw(page, pen, around, elsewhere)
    return page_cache().html(StepPage(**shape_of(page, pen), around=around), pen)


def _draw(page: Page, pen: PageRenderer, around: PageFrame, elsewhere: Elsewhere = NOWHERE_ELSE) -> str:
    voice = pen.voice
    return pen.render(
        "step.html",
        view=page_view(page, pen, around, elsewhere),
        own=pen.own,
        **voice.frame(),
        keeps=around.keeps,
    )
