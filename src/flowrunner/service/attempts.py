"""A page on its way to a decision: who sent it, of which case, and how that is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flowrunner.model.case import Case, Submission
from flowrunner.service.visitors import STRANGER, Visitor
from flowrunner.store.database import Transaction

Finds = Callable[[Transaction, str | None, datetime], Visitor]
"""From a browser's token and the present moment: who sent the page, with the case that it is of."""

Where = Callable[[Case, str], str]
"""The address of a step of a case."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came back: its one-time id, and the digest of what was shown with it: the step's answers, at the
    desk the state of the whole case."""

    id: str
    shown: str = ""


@dataclass(slots=True)
class Attempt:
    """One page, through as many tries as it takes.

    `finds` looks for its case each time, `where` says where it leads. A page that comes from the desk (`at_desk`)
    begins no case, and nothing is done if the case is not as it was shown. `judged` once the passwords are; `ended`
    when the session was over.
    """

    flow: str
    token: str
    form: Form
    submission: Submission
    finds: Finds
    where: Where
    opened_from: str | None = None
    at_desk: bool = False
    who: Visitor = STRANGER
    lost: frozenset[str] = frozenset()
    judged: bool = False
    ended: bool = False
