"""The officer who came to the desk, and what stands around each of its pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NoReturn

from flask import abort, g, make_response, redirect, render_template, request
from markupsafe import Markup
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.i18n.words import Words, words
from flowrunner.service.desk.access import Officer
from flowrunner.service.sessions.visitor import STRANGER, Visitor
from flowrunner.web.cases.show import private
from flowrunner.web.languages import checked, site_languages
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.request import cookies
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.request.forms import inputs
from flowrunner.web.request.session_line import SessionLinks
from flowrunner.web.request.session_line import session_line as line_of
from flowrunner.web.site import services

_log = logging.getLogger(__name__)


def queue_address(language: str) -> str:
    """The address of the queue."""
    return f"/{language}/desk"


def case_address(language: str, ident: str) -> str:
    """The address of one case. Its id says nothing, and opens nothing to whoever has no role."""
    return f"/{language}/desk/{ident}"


def desk_file_address(language: str, case: str, file: str) -> str:
    """The address of a document of a case."""
    return f"{case_address(language, case)}/file/{file}"


def picture_address(language: str, case: str, file: str) -> str:
    """The address of the picture of a document of a case."""
    return f"{case_address(language, case)}/picture/{file}"


def enter_desk(language: str, case: str | None = None) -> Officer:
    """The officer who sent the present request. Whoever is not signed in is sent to do so, and what they sent of a case
    is kept for them; whoever has no role of the staff gets 403."""
    checked(language)
    who = services().casework.visitor(cookies.token())
    g.at_desk = who
    if who.ended:
        cookies.begin_again()
    if who.account is None:
        if case is not None:
            _keep_for_later(case)
        abort(redirect(f"{queue_address(language)}/sign_in?next={request.path}", 303))
    officer = services().casework.officer(who.account)
    if officer is None:
        refuse_account(who)
    return officer


def _keep_for_later(ident: str) -> None:
    """What was sent of a case after the session of an officer had run out is there when they have signed in again."""
    was = g.at_desk.was
    if was is not None and services().casework.keep_typed(was, ident, inputs()):
        cookies.begin_again(is_input_kept=True)


def refuse_account(who: Visitor) -> NoReturn:
    """Answer 403: whoever is signed in is nobody of the staff."""
    _log.warning("desk: refused account %s", who.account.id if who.account is not None else "-")
    abort(403)


def desk_words(language: str) -> Words:
    """The words of the desk, as the territory writes them in which people sign in."""
    program = services().casework.sign_in_program()
    return words(language, program.flow.territory if program is not None else None)


class DeskFrame(Struct, frozen=True):
    """On what all pages of the desk in one language depend."""

    words: Words
    languages: tuple[str, ...]

    def render(self, render: Callable[..., str], template: str, **more: object) -> str:
        """Render one of them; `session` and `csrf` are in `more`."""
        return render(
            f"desk/{template}",
            say=self.words.say,
            language=self.words.language,
            service=self.words.say("desk.title"),
            languages=self.languages,
            home=queue_address(self.words.language),
            **more,
        )


def desk_frame(language: str) -> DeskFrame:
    """The frame of the desk in a language."""
    return DeskFrame(desk_words(language), site_languages())


def page(template: str, language: str, status: int = 200, **more: object) -> AnyResponse:
    """One page of the desk."""
    session, csrf = session_line(language), csrf_token()
    html = desk_frame(language).render(render_template, template, session=session, csrf=csrf, **more)
    return private(make_response(html, status))


def session_line(language: str) -> Markup:
    """Who is signed in, until when, and the button that signs out; or that the session was over."""
    visitor: Visitor | None = g.get("at_desk")
    program = services().casework.sign_in_program()
    if program is None:
        return NO_WORDS
    who = visitor if visitor is not None and visitor.account is not None else STRANGER
    links = SessionLinks(f"{queue_address(language)}/sign_out", "desk.session_ended.kept")
    return line_of(who, program.flow, language, links)
