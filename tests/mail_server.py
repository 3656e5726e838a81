"""A real mail server that does as it is told, on a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from flowrunner.settings import MailSettings


@dataclass(slots=True)
class Script:
    """What the server does. An answer "" takes the mail; `slow` are seconds before the answer to the content; `drop`
    hangs up in the middle of the content, or after it was taken and before saying so."""

    rcpt: str = ""
    data: str = ""
    slow: float = 0.0
    drop: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    connections: int = 0

    # The names are aiosmtpd's.
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.drop == "before":
            hang_up(server)
            return "451 gone"
        if self.data:
            return self.data
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(BytesParser(EmailMessage, policy=policy.default).parsebytes(content))
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.drop == "after":
            hang_up(server)
        return "250 taken"


def hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


class Server(Controller):
    """aiosmtpd's, on any free port or `at` one."""

    def __init__(self, script: Script, at: int = 0, **options: Any) -> None:
        super().__init__(script, hostname="127.0.0.1", port=at, **options)

    def _trigger_server(self) -> None:
        # Called once it listens: only now is the port known.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class MailServer:
    script: Script
    server: Server

    @property
    def settings(self) -> MailSettings:
        said = {"": "Portal <donotreply@example.org>", "fr": "Portail d’essai <nepasrepondre@example.org>"}
        return MailSettings("127.0.0.1", self.server.port, "none", mailbox=said, timeout=2.0)

    @property
    def taken(self) -> list[EmailMessage]:
        return self.script.taken


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    script = Script()
    server = Server(script)
    server.start()
    yield MailServer(script, server)
    server.stop()


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
