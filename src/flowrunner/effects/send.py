"""`send: MESSAGE` puts a message into the outbox: its name and what it reads, never its rendered words."""

from __future__ import annotations

from typing import Any

from flowrunner.effects.base import Change, Effect
from flowrunner.model.expression.hole import text_names
from flowrunner.model.flow import EffectUse, Message

RECORDS = frozenset({"case", "code", "timer", "account", "actor", "today"})


class Send(Effect):
    name = "send"
    takes = "message"
    on_enter = True

    def apply(self, use: EffectUse, change: Change) -> None:
        send_message(change.flow.messages[use.argument], change)


def send_message(message: Message, change: Change, code: str | None = None) -> None:
    """Hand a message to the outbox. A message that carries a code names it; its value is derived on delivery."""
    work: dict[str, Any] = {
        "message": message.name,
        "by": message.by,
        "to": address_of(message, change),
        "account": change.case.owner,
        "language": change.case.language,
        "reads": {name: change.env.get(name) for name in sorted(message_reads(message)) if name in change.env},
        "code": code,
    }
    change.do("send", work)


def address_of(message: Message, change: Change) -> str | None:
    """Where the message goes: its `to`, else the sign-in e-mail; None when that is not known."""
    if message.to is not None:
        found = message.to.evaluate(change.env)
    elif change.flow.accounts is not None:
        found = change.answer(change.flow.accounts.sign_in_with)
    else:
        found = change.answer("email")
    return found if isinstance(found, str) else None


def message_reads(message: Message) -> frozenset[str]:
    """The names that the words of a message read, the records of the interpreter not among them."""
    return (text_names(message.subject) | text_names(message.body)) - RECORDS
