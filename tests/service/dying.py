"""A worker that dies at a point of its way, in a process of its own: `python dying.py POINT FOLDER DATABASE PORT`.

At the port is a mail server or, for the points of a call, whoever is called.
"""

from __future__ import annotations

import os
import smtplib
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from flowrunner.settings import CallSettings, MailSettings
from flowrunner.store import outbox
from tests.service.club import NAME, Club

KILLED = 77


def die(*_: object, **__: object) -> None:
    os._exit(KILLED)


def dies_before(owner: Any, name: str) -> None:
    """Die when this is called."""
    setattr(owner, name, die)


def dies_after(owner: Any, name: str) -> None:
    """Die when this has been done."""
    do: Callable[..., object] = getattr(owner, name)

    def done(*args: object, **more: object) -> None:
        do(*args, **more)
        die()

    setattr(owner, name, done)


def in_the_middle_of_data(connection: smtplib.SMTP, content: bytes) -> None:
    """Send half of the content, and die."""
    connection.putcmd("data")
    connection.getreply()
    connection.send(content[: len(content) // 2])
    die()


def in_the_middle_of_a_body(client: httpx.Client, request: httpx.Request, **_: object) -> None:
    """Send the head and half of the content, and die."""
    content = request.read()
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection((request.url.host, request.url.port or 80)) as connection:
        connection.sendall(f"POST {request.url.path} HTTP/1.1\r\n{head}\r\n".encode() + content[: len(content) // 2])
    die()


def set_out(point: str, club: Club) -> None:
    """Let what follows die at this point."""
    match point:
        case "commit":
            dies_before(outbox, "post")
        case "lease":
            dies_before(club.outbox, "_try")
        case "connect":
            dies_after(smtplib.SMTP, "ehlo")
        case "data":
            smtplib.SMTP.data = in_the_middle_of_data  # type: ignore[method-assign, assignment]
        case "acceptance":
            dies_after(smtplib.SMTP, "sendmail")
        case "mark":
            dies_after(outbox, "mark_delivered")
        case "rest":
            dies_before(smtplib.SMTP, "quit")
        case "call_connect":
            dies_after(socket.socket, "connect")
        case "call_body":
            httpx.Client.send = in_the_middle_of_a_body  # type: ignore[method-assign, assignment]
        case "call_answer":
            dies_after(httpx, "post")


def main() -> None:
    point, folder, url, port = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    mail = MailSettings("127.0.0.1", port, "none", mailbox={"": "club@example.org"})
    calls = {NAME: {"ledger": CallSettings(f"http://127.0.0.1:{port}/hook", "between us")}}
    club = Club(folder, mail=mail, url=url, calls=calls)
    set_out(point, club)
    if point == "commit":
        club.ask_for_code()
    club.deliver()
    club.close()


if __name__ == "__main__":
    main()
