"""Two people at one button of a real gunicorn, whose workers share the database with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.record import replace
from flowrunner.service.deployment import open_services
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application as web_application
from tests.web.conftest import Visitor
from tests.web.reading import Read

ROOT = Path(__file__).parents[2]
WORKERS, THREADS, PATIENCE = 2, 4, 60.0


def application() -> Flask:
    """What gunicorn loads: the project's own deployment, with the data of the test."""
    read = read_settings(ROOT / "flowrunner.yaml", {}).settings
    assert read is not None
    data, database = Path(os.environ["RACE_DATA"]), os.environ["RACE_DATABASE"]
    return web_application(open_services(replace(read, data=data, database=database, flows=(ROOT / "flows",)), where))


@contextmanager
def serving(data: Path, url: str) -> Iterator[int]:
    """Serve until the block ends; the port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "--log-level", "critical", "--timeout", "120"]
    command += ["-w", str(WORKERS), "-k", "gthread", "--threads", str(THREADS), "-b", f"127.0.0.1:{port}"]
    environment = os.environ | {"RACE_DATA": str(data), "RACE_DATABASE": url}
    process = subprocess.Popen([*command, "tests.web.racing:application()"], env=environment)
    try:
        until = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, "gunicorn has ended"
            assert time.monotonic() < until, "gunicorn did not start"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _listens(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/en/registration")
            return connection.getresponse().status == 200
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Racer:
    """Somebody before a button: the cookies of their browser, the form, and where it goes."""

    cookies: str
    path: str
    body: str

    @classmethod
    def before(cls, visitor: Visitor, fill: Mapping[str, str]) -> Racer:
        cookie = visitor.client.get_cookie("session")
        assert cookie is not None
        return cls(f"session={cookie.value}", visitor.action, urlencode(visitor.form(fill=dict(fill)), doseq=True))

    def press(self, port: int) -> tuple[list[int], Read]:
        """Send the form and follow where it leads, as a browser does: the statuses, and the page at the end."""
        connection, cookies = HTTPConnection("127.0.0.1", port, timeout=PATIENCE), self.cookies
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", self.path, self.body, headers)
        answer = connection.getresponse()
        page, statuses = answer.read().decode(), [answer.status]
        if answer.status == 303:
            new = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", [])]
            known = dict(pair.split("=", 1) for pair in (*cookies.split("; "), *new))
            held = "; ".join(f"{name}={value}" for name, value in known.items())
            connection.request("GET", answer.headers["Location"], headers={"Cookie": held})
            answer = connection.getresponse()
            page = answer.read().decode()
            statuses.append(answer.status)
        connection.close()
        return statuses, Read(page)


def race(port: int, racers: list[Racer]) -> list[tuple[list[int], Read]]:
    """All press at the same moment."""
    start, found = threading.Barrier(len(racers)), dict[int, tuple[list[int], Read]]()

    def run(number: int) -> None:
        start.wait()
        found[number] = racers[number].press(port)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(racers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(racers))]
