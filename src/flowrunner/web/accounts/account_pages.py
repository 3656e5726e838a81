"""The places of a flow where an account finds again what is its own: its home page, what it submitted, its profile.

Nothing in an address says whose or which: the home page is that of who is signed in, and the other pages are of the
case that this browser holds. Of several cases one is chosen by a button, and held from then on.
"""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.blocks.list import AccountList
from flowrunner.model.case import Account
from flowrunner.model.flow import AccountPage, Block
from flowrunner.runtime.account_page import PlacePage, look_at_place
from flowrunner.runtime.program import Program
from flowrunner.runtime.submitted import submitted_case
from flowrunner.service.accounts.home import Lists
from flowrunner.web.addresses import Addresses, PageLink, page_address, step_address
from flowrunner.web.cases.show import private
from flowrunner.web.languages import checked, speaks
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.page.account_lists import SUBMITTED, AccountLists, account_lists
from flowrunner.web.page.controls import answer_lines
from flowrunner.web.page.page_cache import PERSONAL, Objects, Recorder, Shape, page_cache
from flowrunner.web.page.renderer import PageData, PageRecorder, PageRenderer, links_to_flows
from flowrunner.web.page.submitted import submitted_groups
from flowrunner.web.page.view import of_a_place
from flowrunner.web.request import cookies, visitor
from flowrunner.web.request.cookies import csrf_token
from flowrunner.web.request.visitor import enter_flow, flow_of, require_account, to_sign_in
from flowrunner.web.site import services

blueprint = Blueprint("places", __name__)

HOME = AccountPage("home", content=tuple(Block("list", AccountList(of)) for of in ("cases", "messages")))
_LONGEST = 200
# Of longer lists there are too many shapes: a page with them is drawn for itself.
_MOST_DRAFTED = 8


# --- Home ---------------------------------------------------------------------------------


@blueprint.get("/<language>/<flow>/page/home")
def home(language: str, flow: str) -> AnyResponse:
    """The home page of an account: its cases and its messages."""
    program, lists = _arrived_home(language, flow)
    require_account(program, language)
    return private(make_response(_home(program, language, lists)))


@blueprint.post("/<language>/<flow>/page/home")
def choose(language: str, flow: str) -> AnyResponse:
    """Open one of several cases, if it is the account's: else the same page again."""
    program = enter_flow(language, flow)
    require_account(program, language)
    kind, _, chosen = request.form.get("_button", "")[:_LONGEST].partition(":")
    case = services().home.choose(visitor.visitor(), cookies.make_token(), program.flow, chosen)
    if case is None:
        return _to_home(language, flow)
    spoken = speaks(services().catalogue.program(flow, case.version), language)
    if f"{kind}:" == SUBMITTED:
        return redirect(page_address(spoken, flow, "submitted"), 303)
    return redirect(step_address(spoken, flow, case.step), 303)


def show_again(language: str, flow: str) -> AnyResponse | None:
    """Answer a form whose CSRF token is not this browser's: nothing is chosen, and the page is shown again."""
    program, lists = _arrived_home(language, flow)
    return private(make_response(_home(program, language, lists), 400)) if visitor.signed_in() is not None else None


def _arrived_home(language: str, flow: str) -> tuple[Program, Lists]:
    """The flow, and what the account of whoever came has of it, read together."""
    program = flow_of(language, flow)
    who, lists = services().home.visit(cookies.token(), program.flow, language)
    visitor.remember(who)
    return program, lists


def _home(program: Program, language: str, lists: Lists) -> str:
    flow = program.flow
    place = flow.places.get("home", HOME)
    page = look_at_place(program, place, visitor.actor(), language, services().context.world())
    speaking, at = localizer(program, language), Addresses.of_place(language, flow.name, "home")
    view = account_lists(lists, speaking, at)
    pen = PageRenderer(page, speaking, at, _own(language), PageData(lists=view))
    if len(view.cases) + len(view.messages) > _MOST_DRAFTED:
        return _draw(page, pen)
    foot = pen.foot
    links = links_to_flows((*page.blocks, *foot), at)
    shape = HomePage(speaking, at, Objects((place,)), Objects(page.blocks), Objects(foot), links, view.outline)
    return page_cache().html(shape, pen)


class HomePage(Shape, frozen=True):
    """The home page: these blocks, these lists but for the words in them, and where links to other flows lead."""

    voice: Localizer
    at: Addresses
    place: Objects[AccountPage]
    blocks: Objects[Block]
    foot: Objects[Block]
    links: tuple[tuple[str, PageLink], ...]
    lists: AccountLists

    def draw(self, recorder: Recorder) -> str:
        page = PlacePage(self.place[0], reading=PERSONAL, blocks=self.blocks, lines=PERSONAL)
        beside = PageData(lists=self.lists)
        return _draw(page, PageRecorder(recorder, page, self.voice, self.at, self.foot, dict(self.links), beside))


# --- What was submitted -------------------------------------------------------------------


@blueprint.get("/<language>/<flow>/page/submitted")
def submitted_page(language: str, flow: str) -> AnyResponse:
    """The submitted page: what was submitted of the case that this browser holds, to be read and printed."""
    current, who = enter_flow(language, flow), visitor.visitor()
    program = services().cases.program_of(flow, who.case) or current
    if who.case is None:
        return to_sign_in(current, language) if who.account is None else _to_home(language, flow)
    case = who.case
    checked(language, program.flow.languages)
    visitor.speak_of(program)
    world = services().context.world()
    read = submitted_case(program, case, who.actor, world)
    if read is None:
        return redirect(step_address(language, flow, case.step), 303)
    place = program.flow.places.get("submitted", AccountPage("submitted"))
    page = look_at_place(program, place, who.actor, language, world, case)
    speaking, at = localizer(program, language), Addresses.of_place(language, flow, "submitted")
    pen = PageRenderer(page, speaking, at, _own(language))
    date, parts = speaking.wording.formats.moment(read.at), submitted_groups(read, speaking, at)
    return private(make_response(_draw(page, pen, reference=read.reference, date=date, parts=parts)))


def _to_home(language: str, flow: str) -> AnyResponse:
    return redirect(page_address(language, flow, "home"), 303)


# --- Profile ------------------------------------------------------------------------------


@blueprint.get("/<language>/<flow>/page/profile")
def profile(language: str, flow: str) -> AnyResponse:
    """The profile page: what the account of who is signed in says of them."""
    program = enter_flow(language, flow)
    account = require_account(program, language)
    place = program.flow.places.get("profile", AccountPage("profile"))
    page = look_at_place(program, place, visitor.actor(), language, services().context.world())
    speaking = localizer(program, language)
    pen = PageRenderer(page, speaking, Addresses.of_place(language, flow, "profile"), _own(language))
    return private(make_response(_draw(page, pen, rows=_profile_rows(program, account, speaking))))


def _profile_rows(program: Program, account: Account, speaking: Localizer) -> list[tuple[Markup, list[str]]]:
    """What the flow says an account keeps, as far as this one has it; how it signs in stands first."""
    flow = program.flow
    if flow.accounts is None:
        abort(404)
    values = {**account.profile, flow.accounts.sign_in_with: account.sign_in}
    names = dict.fromkeys((flow.accounts.sign_in_with, *flow.accounts.profile))
    fields = (flow.fields[name] for name in names)
    rows = ((speaking.html(field.label), answer_lines(field, values.get(field.name), speaking)) for field in fields)
    return [(label, lines) for label, lines in rows if lines]


# --- All of them --------------------------------------------------------------------------


def _own(language: str) -> dict[str, str]:
    return {"csrf": csrf_token(), "session": visitor.session_line(language)}


def _draw(page: PlacePage, pen: PageRenderer, **more: object) -> str:
    speaking, name, at = pen.voice, page.place.name, pen.at
    blocks, foot = of_a_place(page, pen)
    heading = pen.html(page.place.title) or Markup.escape(speaking.words.say(f"page.{name}.title"))
    return pen.render(
        f"places/{name}.html",
        **speaking.frame(),
        title=pen.plain(page.place.title) or heading,
        heading=heading,
        heading_lang=speaking.lang(page.place.title),
        blocks=blocks,
        foot=foot,
        own=pen.own,
        page=lambda to: at.page(to).href,
        place=lambda other: page_address(other, at.flow, name),
        shaped=name in speaking.flow.places,
        **more,
    )
