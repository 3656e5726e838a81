"""Rate limits: which pages of a flow may be sent only so often, as something could be found out or guessed by them."""

from __future__ import annotations

from flask import request

from flowrunner.model.case import Case
from flowrunner.runtime.environment import address_in
from flowrunner.runtime.program import Program
from flowrunner.web.site import services

LONGEST_ADDRESS = 254


def count_page(program: Program, case: Case | None, step: str) -> None:
    """Count a page that is sent. Raises RateLimited.

    A page that tells whether an account exists, and the first one of a flow that recovers accounts, are counted for the
    address that is typed; a page that asks for a code that was sent, for the address of its case.
    """
    definition = program.flow.steps.get(step)
    if definition is None:
        return
    if definition.reveals is not None:
        _count("reveal", _typed_address(program))
    if step == program.flow.start and program.flow.name in _recovering():
        _count("recover", _typed_address(program))
    if program.sent_codes.get(step) is not None:
        _count("code", address_in(program.flow, case))


def _count(kind: str, address: str) -> None:
    services().accounts.throttles.count(kind, address, request.remote_addr)


def _typed_address(program: Program) -> str:
    accounts = program.flow.accounts
    return request.form.get(accounts.sign_in_with, "")[:LONGEST_ADDRESS] if accounts is not None else ""


def _recovering() -> frozenset[str]:
    """The flows that others name to recover their accounts."""
    programs = services().catalogue
    accounts = (program.flow.accounts for name in programs.names() if (program := programs.current(name)))
    return frozenset(each.recover for each in accounts if each is not None and each.recover is not None)
