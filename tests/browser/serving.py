"""Starts the real `flowrunner serve` for a browser and stops it again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0  # seconds until the server must have answered


class NotServed(Exception):
    """The server ended, or did not answer in time. The message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: `address` is `http://127.0.0.1:PORT` without a slash at its end."""

    address: str
    data: Path
    log: Path

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def serve_command(port: int, data: Path, flows: Sequence[Path]) -> list[str]:
    """The command line of `flowrunner serve`, run as the console script beside this Python."""
    program = Path(sys.executable).with_name("flowrunner")
    options = ["serve", "--port", str(port), "--host", "127.0.0.1", "--data", str(data)]
    return [str(program), *options, *map(str, flows)]


@contextmanager
def running(command: Sequence[str], port: int, data: Path) -> Iterator[Served]:
    """Run the command with `data` as its private home until the block ends. Raises NotServed if it never answers."""
    data.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLOWRUNNER_")}
    environment |= {"FLOWRUNNER_DATA": str(data), "HOME": str(data), "PYTHONUNBUFFERED": "1"}
    log = data / "serve.log"
    served = Served(f"http://127.0.0.1:{port}", data, log)
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        ) as process,
    ):
        try:
            _wait(process, served)
            yield served
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], served: Served) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotServed(f"The server ended with {process.returncode}:\n{served.printed()}")
        if _answers(served.address):
            return
        time.sleep(0.05)
    raise NotServed(f"The server did not answer in {PATIENCE:.0f} seconds:\n{served.printed()}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/", timeout=5):  # noqa: S310  (the address is ours, on this machine)
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except (urllib.error.URLError, OSError):
        return False
