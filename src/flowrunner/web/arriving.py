"""Coming to a place of a flow that is for who is signed in there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.runtime.program import Program
from flowrunner.service.sessions.visitor import Visitor
from flowrunner.store.database import Transaction
from flowrunner.web.addresses import page_address
from flowrunner.web.languages import checked
from flowrunner.web.request import visitor
from flowrunner.web.site import desk


def arrived(language: str, flow: str, also: Callable[[Program, Transaction, Visitor], None] | None = None) -> Program:
    """The flow of an address, after finding out who came. `also` reads what else the page needs of them."""
    program = desk().cases.programs.current(flow)
    if program is None:
        abort(404)
    checked(language, program.flow.languages)
    visitor.speak_of(program)
    visitor.arrive(flow, also=partial(also, program) if also is not None else None)
    return program


def to_sign_in(program: Program, language: str) -> AnyResponse:
    """To where people sign in, and back here after it; a flow without accounts has no such places."""
    if program.flow.accounts is None:
        abort(404)
    return redirect(f"{page_address(language, program.flow.name, 'sign_in')}?next={request.path}", 303)
