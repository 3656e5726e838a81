"""The line about the session that every page of a flow and of the desk has."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from msgspec import Struct

from flowrunner.i18n.words import Words, words
from flowrunner.model.flow import Flow
from flowrunner.service.sessions.visitor import Visitor
from flowrunner.web.page.page_cache import Recorder, Shape, Values, hole, page_cache
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.request import cookies
from flowrunner.web.request.cookies import csrf_token


class SessionLinks(Struct, frozen=True):
    """Where the line leads, "" where there is nothing. `kept_notice` is the id of the words that say that what
    was sent after the session had ended is kept."""

    sign_out: str
    kept_notice: str
    sign_in: str = ""
    resume: str = ""


class _SessionLine(Shape, frozen=True):
    words: Words
    links: SessionLinks
    ended: bool
    is_input_kept: bool
    signed_in: bool

    def draw(self, recorder: Recorder) -> str:
        return recorder.render(
            "session.html",
            say=self.words.say,
            links=self.links,
            ended=self.ended,
            kept=self.links.kept_notice if self.is_input_kept else "",
            ends=hole("ends"),
            address=hole("address") if self.signed_in else "",
            csrf=hole("csrf"),
        )


def session_line(who: Visitor, flow: Flow, language: str, links: SessionLinks) -> Markup:
    """Until when the session goes on, or that it ended, and the button that signs out. Nothing for whoever has none."""
    ended, is_input_kept = cookies.take_ended()
    if not ended and who.session is None:
        return NO_WORDS
    page_words = words(language, flow.territory)
    own = Values()
    if who.session is not None:
        ends = who.session.ends.astimezone(ZoneInfo(flow.time_zone))
        own["ends"] = _time(page_words, ends.hour, ends.minute)
    if who.account is not None:
        own |= {"address": escape(who.account.sign_in), "csrf": escape(csrf_token())}
    return page_cache().html(_SessionLine(page_words, links, ended, is_input_kept, who.account is not None), own)


@lru_cache(maxsize=1_000)
def _time(page_words: Words, hour: int, minute: int) -> Markup:
    return escape(page_words.format.time(time(hour, minute)))
