"""The messages of an account: one to be read, and a letter to be kept."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.fields.file_names import saved_name, shown_name
from flowrunner.model.flow import AccountPage
from flowrunner.runtime.account_page import look_at_place
from flowrunner.service.mail.messages import AccountMessage
from flowrunner.web.addresses import Addresses, message_address, page_address
from flowrunner.web.cases.show import private
from flowrunner.web.downloads import to_save
from flowrunner.web.localizer import localizer
from flowrunner.web.page.renderer import PageRenderer
from flowrunner.web.page.view import of_a_place
from flowrunner.web.request import visitor
from flowrunner.web.request.visitor import enter_flow, require_account
from flowrunner.web.site import services, site

blueprint = Blueprint("messages", __name__)

MEDIA = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
# What a number of a row can be, so that no other one comes to the database.
_NUMBER = "<int(max=2147483647):number>"


@blueprint.get(f"/<language>/<flow>/page/message/{_NUMBER}")
def message(language: str, flow: str, number: int) -> AnyResponse:
    """One message, which is read from now on. Of another's, nobody is told whether it is there."""
    program = enter_flow(language, flow)
    account = require_account(program, language)
    message = _find_message(account.id, flow, number, language)
    if message.read_at is None and request.method == "GET":
        services().messages.mark_read(account.id, number)
    speaking = localizer(program, language)
    around = look_at_place(program, AccountPage("message"), visitor.actor(), language, services().context.world())
    # It is told as a page of the account: which message it was is nobody else's business.
    _, foot = of_a_place(around, PageRenderer(around, speaking, Addresses.of_place(language, flow, "home"), {}))
    html = render_template(
        "account_message.html",
        **speaking.frame(),
        message=message,
        lang=message.lang or (message.language if message.language != language else ""),
        date=speaking.wording.formats.moment(message.at),
        back=page_address(language, flow, "home"),
        download=f"{request.path}/letter" if message.kind == "letter" else "",
        kind=services().letters.kind().upper() if message.kind == "letter" else "",
        foot=foot,
    )
    return private(make_response(html))


@blueprint.get(f"/<language>/<flow>/page/message/{_NUMBER}/letter")
def letter(language: str, flow: str, number: int) -> AnyResponse:
    """A letter to be saved and printed: a tagged PDF where one can be made, else the page itself."""
    program = enter_flow(language, flow)
    account = visitor.signed_in()
    if account is None:
        return redirect(message_address(language, flow, number), 303)
    message = _find_message(account.id, flow, number, language)
    speaking = localizer(program, language)
    sender = site().name_in(message.language, speaking.plain(program.flow.title))
    page = services().messages.letter(account.id, number, message.language, sender)
    if page is None:
        abort(404)
    file = services().letters.make(page)
    return _file(message, file.kind, file.content)


def _find_message(account: str, flow: str, number: int, language: str) -> AccountMessage:
    """A message of this flow: those of another are read where that one's people sign in."""
    message = services().messages.find(account, number, language)
    if message is None or message.flow != flow:
        abort(404)
    return message


def _file(message: AccountMessage, kind: str, content: bytes) -> Response:
    name = shown_name(f"{message.subject} - {message.reference}" if message.reference else message.subject)
    named = saved_name(name, kind) if kind == "pdf" else f"{saved_name(name, '')}.{kind}"
    return to_save((content,), MEDIA[kind], len(content), named)
