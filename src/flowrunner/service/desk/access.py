"""Who works at the desk, and what they may see: the one place that says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Account, Actor, Case
from flowrunner.model.flow import Flow


class NotStaff(FlowrunnerError):
    """Nobody is signed in, or no one of the staff."""


class NotTheirs(FlowrunnerError):
    """An officer asked for a case that they may not see."""


class Officer(Struct, frozen=True):
    """An account with its roles of the staff of each flow."""

    account: Account
    roles: Mapping[str, frozenset[str]]


def officer_of(account: Account | None, flows: Iterable[Flow]) -> Officer | None:
    """The account as an officer of these flows, None when it has no role of the staff of any."""
    if account is None:
        return None
    own_roles = {flow.name: account.roles & staff_roles(flow) for flow in flows}
    roles = {name: own for name, own in own_roles.items() if own}
    return Officer(account, roles) if roles else None


def staff_roles(flow: Flow) -> frozenset[str]:
    """The roles of a flow that act at the desk."""
    return frozenset(name for name, role in flow.roles.items() if role.staff)


def at_desk(account: Account, flow: Flow, case: Case) -> Actor:
    """Whoever has this account, at work on a case: by their roles of the staff alone, and by none on a case of their
    own."""
    own = case.owner == account.id
    return Actor(None if own else account, frozenset() if own else account.roles & staff_roles(flow))


def may_see(flow: Flow, case: Case, actor: Actor) -> bool:
    """Whether an actor may see a case with all that is in it, its documents too: its owner may; of the staff, whoever
    has a role of its flow, once it was submitted or while it waits for one of their roles."""
    if actor.is_owner(case):
        return True
    roles = actor.roles & staff_roles(flow)
    return bool(roles) and (case.reference is not None or flow.steps[case.step].role in roles)
