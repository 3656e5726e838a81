"""The deadline by which a case must be finished: on every page while that time runs, unless the page says it itself."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.model.duration import end_of_day
from flowrunner.model.expression.hole import Filling
from flowrunner.model.flow import Block
from flowrunner.runtime.look import Page
from flowrunner.timer_kinds.due import runs
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.page_cache import Objects


def deadline_words(page: Page, voice: Localizer) -> str:
    """In words; "" when no time runs for who looks at the page."""
    if not page.may_act:
        return ""
    running = [name for name, timer in voice.flow.timers.items() if timer.until and runs(timer, page.case)]
    moments = [moment for name in running if (moment := page.reading["timer"][name]) is not None]
    return _say(min(moments), voice) if moments else ""


@lru_cache(maxsize=1_000)
def is_said(blocks: Objects[Block], language: str) -> bool:
    """Whether a text of these blocks tells when a timer is due."""
    return any(_reads_timer(block, language) for block in blocks)


def _say(moment: datetime, voice: Localizer) -> str:
    here = moment.astimezone(voice.zone)
    if here == end_of_day(here.date(), voice.zone):
        return voice.words.say("page.deadline_day", day=here.date())
    return voice.words.say("page.deadline", moment=here)


def _reads_timer(block: Block, language: str) -> bool:
    part = BLOCKS[block.kind]
    texts = part.texts(block.content) if part.prose else ()
    fills = (fill for text in texts if text is not None for fill in text.words[language].fills)
    return any(isinstance(fill, Filling) and "timer" in fill.expression.names for fill in fills)
