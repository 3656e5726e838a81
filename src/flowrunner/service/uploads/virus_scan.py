"""Asking ClamAV's clamd about a content: its INSTREAM command, over a socket file or TCP.

The package clamd was weighed: its last release is of 2014, and the command is a dozen lines.
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from flowrunner.errors import FlowrunnerError
from flowrunner.settings import VirusScan

PATIENCE = 30.0  # seconds for each answer of the scanner
_BLOCK = 256 * 1024
_LONGEST = 4096


class ScanFailed(FlowrunnerError):
    """The scanner did not say whether the content is clean."""


class Scanner:
    """`is_clean` opens a connection of its own for each content, so threads may ask at any time."""

    def __init__(self, at: VirusScan, patience: float = PATIENCE) -> None:
        self._at = at
        self._patience = patience

    def is_clean(self, content: BinaryIO) -> bool:
        """Whether nothing is found in the content, read from its beginning. Raises ScanFailed."""
        content.seek(0)
        try:
            with self._connect() as clamd:
                clamd.sendall(b"zINSTREAM\0")
                while block := content.read(_BLOCK):
                    clamd.sendall(struct.pack("!I", len(block)) + block)
                clamd.sendall(struct.pack("!I", 0))
                answer = _answer(clamd)
        except OSError as error:
            raise _failed(type(error).__name__) from None
        finally:
            content.seek(0)
        if answer == b"stream: OK":
            return True
        if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
            return False
        raise _failed("an answer that is none")

    def check_config(self) -> str | None:
        """Ask whether it is there: None, or what is wrong, for an operator."""
        try:
            with self._connect() as clamd:
                clamd.sendall(b"zPING\0")
                return None if _answer(clamd) == b"PONG" else str(_failed("an answer that is none"))
        except OSError as error:
            return str(_failed(type(error).__name__))

    def _connect(self) -> socket.socket:
        if self._at.socket is None:
            return socket.create_connection((self._at.host, self._at.port), self._patience)
        opened = socket.socket(socket.AF_UNIX)
        opened.settimeout(self._patience)
        try:
            opened.connect(str(self._at.socket))
        except OSError:
            opened.close()
            raise
        return opened


def _answer(clamd: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST:
        more = clamd.recv(_LONGEST)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0")


def _failed(what: str) -> ScanFailed:
    return ScanFailed(f"the virus scanner gave no result ({what}).", where="virus_scan", way_out="See that it runs.")
