"""E-mails, account messages and letters."""

from __future__ import annotations

from typing import Literal, cast

from flowrunner.compiler.bind.binder import Binder, characters
from flowrunner.compiler.bind.sections import Entry, words_of
from flowrunner.compiler.bind.texts import text_under
from flowrunner.compiler.nodes import Mapping
from flowrunner.model.flow import Message
from flowrunner.model.types import TEXT

Way = Literal["email", "account", "letter"]


def bind_messages(binder: Binder) -> dict[str, Message]:
    """The messages of a flow by name."""
    return {name: _bind_message(binder, entry) for name, entry in binder.draft["messages"].items()}


def _bind_message(binder: Binder, entry: Entry) -> Message:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    return Message(
        entry.name,
        cast("tuple[Way, ...]", words_of(node.get("by")) or ("email",)),
        text_under(binder, node, "subject"),
        text_under(binder, node, "body", "block"),
        characters(node.get("languages")) == "all",
        binder.expression(node.get("to"), TEXT),
        entry.key.span,
    )
