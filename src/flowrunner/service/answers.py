"""What a case says now, for the use cases: the newest answer to each question that was sent."""

from __future__ import annotations

from collections.abc import Mapping

from flowrunner.model.case import Case, Value
from flowrunner.model.flow import Flow


def answers_of(case: Case) -> Mapping[str, Value]:
    """The answers of settled visits and of those on the path, later ones over earlier ones."""
    found: dict[str, Value] = {}
    for visit in (*case.trail, *case.path):
        if visit.pressed is not None:
            found.update(visit.answers)
    return found


def address_in(flow: Flow, case: Case | None) -> str:
    """The address that the person of a case would sign in with, "" while it says none."""
    if case is None or flow.accounts is None:
        return ""
    found = answers_of(case).get(flow.accounts.sign_in_with)
    return found if isinstance(found, str) else ""
