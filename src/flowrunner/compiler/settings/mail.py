"""Reading `mail:` and `notify:` of the settings."""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from flowrunner.carriers.mime import mailbox
from flowrunner.compiler.nodes import Mapping, Node, Scalar, to_data
from flowrunner.diagnostics.codes import NOT_ONE_OF
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.model.duration import Duration, parse_duration
from flowrunner.settings import EVERY_LANGUAGE, MailSettings

PORTS = {"starttls": 587, "tls": 465, "none": 25}
LONGEST_TIMEOUT = 60
MOST_PORTS = 65535


def read_mail(node: Mapping) -> tuple[MailSettings, list[Diagnostic]]:
    """The settings of mail, and what is wrong with them."""
    wrong: list[Diagnostic] = []
    values: dict[str, Any] = {}
    for key, value in node.entries:
        setting = _value(key.value, value)
        if setting is None:
            excerpt = value.value if isinstance(value, Scalar) else ""
            wrong.append(Diagnostic(NOT_ONE_OF, value.span, f"mail_{key.value}", {"found": excerpt[:60]}))
        elif key.value == "tray":
            values["tray_is_meant"] = True
        else:
            values[{"from": "mailbox"}.get(key.value, key.value)] = setting
    security = cast("Literal['starttls', 'tls', 'none']", values.get("security", "starttls"))
    user = node.get("user")
    if user is not None and security == "none":
        wrong.append(Diagnostic(NOT_ONE_OF, user.span, "mail_user", {"found": str(values["user"])[:60]}))
    return MailSettings(**{"port": PORTS[security], **values}), wrong


def read_notify(node: Mapping) -> tuple[dict[str, str], list[Diagnostic]]:
    """Who is told of what was submitted, by flow, and the addresses that are none."""
    wrong: list[Diagnostic] = []
    recipients: dict[str, str] = {}
    for flow, one in node.entries:
        to = one.get("to") if isinstance(one, Mapping) else None
        written = to.value if isinstance(to, Scalar) else ""
        if _is_mailbox(written) and "<" not in written:
            recipients[flow.value] = written.strip()
        else:
            span = to.span if to is not None else one.span
            wrong.append(Diagnostic(NOT_ONE_OF, span, "notify_to", {"found": written[:60]}))
    return recipients, wrong


def _value(key: str, node: Node) -> Any:
    """The value of a key; None when its characters cannot be read."""
    if key in ("from", "reply_to"):
        return _mailboxes(node)
    characters = node.value if isinstance(node, Scalar) else ""
    if key == "port":
        port = int(characters) if re.fullmatch("[0-9]{1,5}", characters) else 0
        return port if 0 < port <= MOST_PORTS else None
    if key == "timeout":
        read = parse_duration(characters)
        fits = isinstance(read, Duration) and 0 < read.seconds <= LONGEST_TIMEOUT
        return float(read.seconds) if fits and isinstance(read, Duration) else None
    return characters


def _mailboxes(node: Node) -> dict[str, str] | None:
    if isinstance(node, Scalar):
        by_language = {EVERY_LANGUAGE: node.value}
    else:
        by_language = {language: words for language, words in to_data(node).items() if language not in ("note", "lang")}
    return by_language if by_language and all(_is_mailbox(words) for words in by_language.values()) else None


def _is_mailbox(written: str) -> bool:
    try:
        return mailbox(written).addr_spec.isascii()
    except ValueError:
        return False
