"""`flowrunner account add|password|close|list`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from flowrunner.catalogue import Catalogue
from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, deployment_options
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import Words
from flowrunner.model.flow import Flow
from flowrunner.service.accounts.accounts import (
    AccountSummary,
    KeyTaken,
    NoAccount,
    Unfit,
    add_account,
    close_account,
    fit_hash,
    list_accounts,
    set_password,
    sign_in_of,
)
from flowrunner.service.deployment import open_context
from flowrunner.service.sessions.passwords import Passwords
from flowrunner.settings import Settings

WHAT = ("add", "password", "close", "list")


class AccountCommand(Command):
    name = "account"

    def make(self, say: Words) -> click.Command:
        def run(
            what: str, address: str | None, role: Sequence[str], staff: bool, data: str | None, settings: str | None
        ) -> int:
            return account(what, address, tuple(role), staff, settings_of(settings, say, data), say)

        params = [
            argument(say, "account.what", type=click.Choice(WHAT)),
            argument(say, "account.address", required=False),
            click.Option(["--role"], multiple=True, metavar="ROLE", help=say.say("account.role")),
            click.Option(["--staff"], is_flag=True, help=say.say("account.staff")),
            *deployment_options(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("account.notes"))


def account(what: str, address: str | None, roles: tuple[str, ...], staff: bool, settings: Settings, say: Words) -> int:
    """Do one thing with the accounts of a deployment."""
    flows = _flows(settings)
    if not flows:
        raise CommandRefused(say.say("account.no_flow"))
    if what == "list":
        return _list(settings, say)
    if address is None:
        raise CommandRefused(say.say("account.no_address"))
    try:
        sign_in = sign_in_of(flows[0], address)
    except FlowrunnerError:
        raise CommandRefused(say.say("account.bad_address")) from None
    if what == "add":
        _check_roles(roles, staff, flows, say)
    try:
        _do(what, sign_in, roles, flows[0], settings, say)
    except KeyTaken:
        raise CommandRefused(say.say("account.taken")) from None
    except NoAccount:
        raise CommandRefused(say.say("account.unknown")) from None
    except Unfit as unfit:
        raise CommandRefused(_why(unfit, say)) from None
    tell(say.say(f"account.done_{what}"), "green")
    return 0


def _do(what: str, sign_in: str, roles: tuple[str, ...], flow: Flow, settings: Settings, say: Words) -> None:
    password_hash = "" if what == "close" else fit_hash(Passwords(), _password(say), sign_in)
    with open_context(settings) as context:
        if what == "close":
            close_account(context, sign_in)
        elif what == "add":
            add_account(context, flow, sign_in, roles, password_hash)
        else:
            set_password(context, sign_in, password_hash)


def _flows(settings: Settings) -> list[Flow]:
    """The flows of the deployment that have accounts."""
    catalogue = Catalogue(settings.flows)
    programs = (catalogue.current(name) for name in catalogue.names())
    return [program.flow for program in programs if program is not None and program.flow.accounts is not None]


def _check_roles(roles: tuple[str, ...], staff: bool, flows: Sequence[Flow], say: Words) -> None:
    """Roles that a flow declares; those of staff only where that is said, so that nobody gives them by a slip."""
    declared = {name: role for flow in flows for name, role in flow.roles.items()}
    for name in roles:
        if name not in declared:
            raise CommandRefused(say.say("account.no_role", name=name, known=tuple(sorted(declared))))
        if declared[name].staff and not staff:
            raise CommandRefused(say.say("account.staff_role", name=name))
    if staff and not any(declared[name].staff for name in roles):
        raise CommandRefused(say.say("account.no_staff_role"))


def _password(say: Words) -> str:
    """Typed unseen at a terminal, else the first line of what comes in. Never an argument: those stay in histories."""
    if sys.stdin.isatty():
        return str(click.prompt(say.say("account.password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _why(unfit: Unfit, say: Words) -> str:
    return say.say("account.too_short") if unfit.code == "min_length" else say.say(f"problem.{unfit.code}")


def _list(settings: Settings, say: Words) -> int:
    with open_context(settings) as context:
        for listed in list_accounts(context):
            tell(_line(listed, say))
    return 0


def _line(listed: AccountSummary, say: Words) -> str:
    closed = say.say("account.closed") if listed.closed is not None else ""
    return "  ".join(filter(None, (listed.sign_in, " ".join(listed.roles), closed)))
