"""A page on its way to a decision: who sent it, of which case, and how that is found out."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from flowrunner.model.case import Case, Submission
from flowrunner.service.sessions.visitor import STRANGER, Visitor

Where = Callable[[Case, str], str]
"""The address of a step of a case."""


class FormStamp(Struct, frozen=True):
    """A form as it came back: its one-time id, and the digest of what was shown with it: the step's answers, at the
    desk the state of the whole case."""

    id: str
    shown: str = ""


class Attempt(Struct, frozen=True):
    """One page on its way to a decision; what another try needs to know of the one before is another value.

    `finds` looks for who sent it, of which case, and what came of its form; `visitor` is what it would find first, if
    somebody looked just before. `who` is what this try has found. `where` says where the page leads. A page that comes
    from the desk (`at_desk`) begins no case, and nothing is done if the case is not as it was shown. `lost` is what a
    race was lost for, `judged` says that the passwords are, `ended` that the session was over. `kept_as` is where what
    was typed and not sent is kept, "" for the step of the page.
    """

    flow: str
    token: str
    form: FormStamp
    submission: Submission
    finds: Callable[[], Visitor]
    where: Where
    opened_from: str | None = None
    visitor: Visitor | None = None
    at_desk: bool = False
    who: Visitor = STRANGER
    lost: frozenset[str] = frozenset()
    judged: bool = False
    ended: bool = False
    kept_as: str = ""
