"""What stands around the steps: codes, messages, timers, roles, accounts, places."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow.content import Content
from flowrunner.model.flow.decisions import Branch
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text


class Code(Struct, frozen=True):
    """A one-time code. It lives for `valid`, or until the timer `until` is due.

    `send` names the message that carries it; a code without one is shown. `bound_to` names answers: other answers,
    another code. `tries_a_day` bounds the wrong tries over all re-issues.
    """

    name: str
    length: int
    alphabet: Literal["digits", "unambiguous"]
    valid: Duration | None = None
    until: str | None = None
    tries: int | None = None
    tries_a_day: int | None = None
    bound_to: tuple[str, ...] = ()
    send: str | None = None
    span: Span = NOWHERE


class Message(Struct, frozen=True):
    """An e-mail, an account message or a letter. `languages` is true when it is written in all of them."""

    name: str
    by: tuple[Literal["email", "account", "letter"], ...]
    subject: Text
    body: Text
    all_languages: bool = False
    to: Expression | None = None
    span: Span = NOWHERE


class Reminder(Struct, frozen=True):
    after: Duration
    send: str
    when: Expression | None = None
    span: Span = NOWHERE


class Timer(Struct, frozen=True):
    """What time causes. Its `kind` tells by `value` when it is due (`timer_kinds`), counting from the moment `since`.

    It runs in the step `in_step`, or in the whole case until the moment `until` is set; then `branch` is taken.
    """

    name: str
    branch: Branch
    kind: str
    value: Any
    since: str | None = None
    in_step: str | None = None
    until: str | None = None
    remind: tuple[Reminder, ...] = ()
    span: Span = NOWHERE

    @property
    def reads(self) -> Expression | None:
        """The expression that tells when, if one does."""
        return self.value if isinstance(self.value, Expression) else None


class Role(Struct, frozen=True):
    name: str
    staff: bool = False
    span: Span = NOWHERE


class AccountPolicy(Struct, frozen=True):
    """What an account of this flow is: its profile (fields), unique keys, and how its owner signs in. `recover` is the
    name of the flow by which somebody who cannot sign in gets a new password."""

    sign_in_with: str
    profile: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    confirm_sign_in: str | None = None
    sign_out_after: Duration | None = None
    recover: str | None = None
    span: Span = NOWHERE


class AccountPage(Struct, frozen=True):
    """A page that every flow has (`home`, `submitted`, …), shaped by the flow."""

    name: str
    title: Text | None = None
    content: Content = ()
    span: Span = NOWHERE


class Desk(Struct, frozen=True):
    columns: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    span: Span = NOWHERE
