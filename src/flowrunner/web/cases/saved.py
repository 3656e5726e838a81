"""The page that says that what was typed is saved, and how to come back to it."""

from __future__ import annotations

from flask import make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.model.case import Case
from flowrunner.runtime.look import Page
from flowrunner.runtime.program import Program
from flowrunner.web.addresses import Addresses
from flowrunner.web.cases.show import private
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.deadline import deadline_words
from flowrunner.web.page.renderer import PageRenderer
from flowrunner.web.page.view import PageFrame, page_view
from flowrunner.web.request import visitor
from flowrunner.web.site import services


def saved(program: Program, case: Case | None, language: str) -> AnyResponse:
    """Without a case there is nothing saved: back to the first page."""
    page = services().cases.look(program, case, None, language, actor=visitor.actor()) if case is not None else None
    if page is None:
        return redirect(f"/{language}/{program.flow.name}", 303)
    at = Addresses(language, program.flow.name, page.step.name)
    speaking = localizer(program, language)
    way, names = _how_to_come_back(program, page, speaking)
    html = render_template(
        "saved.html",
        **speaking.frame(),
        way=way,
        names=names,
        deadline=deadline_words(page, speaking),
        stopped_at=speaking.plain(page.step.title, page.reading) if page.step.title else "",
        there=at.step(page.step.name).href,
        comes_back=at.page(way).href if _leads_back(way) else "",
        foot=page_view(page, PageRenderer(page, speaking, at, {}), PageFrame(action="")).foot,
    )
    return private(make_response(html))


def _leads_back(way: str) -> bool:
    """Whether there is a page to come back by; who is signed in has no use for signing in."""
    return way == "resume" or (way == "sign_in" and visitor.signed_in() is None)


def _how_to_come_back(program: Program, page: Page, speaking: Localizer) -> tuple[str, tuple[str, ...]]:
    """`sign_in` once an account has the case, `resume` once it holds what that page asks, else `here`: this browser."""
    if page.case.owner is not None:
        return "sign_in", ()
    fields = [program.flow.fields[name] for name in program.flow.resume]
    if fields and all(_is_there(field.options.get("code"), field.name, page) for field in fields):
        return "resume", tuple(speaking.plain(field.label) for field in fields)
    return "here", ()


def _is_there(code: str | None, field: str, page: Page) -> bool:
    return code in page.case.codes if code is not None else page.reading.get(field) is not None
