"""Many people at once, over HTTP, through a real gunicorn whose workers may be killed at any moment.

Everybody walks the first pages of `jardin`, each with answers of their own, and sends a page again when no answer came,
as a person would. What was acknowledged (303) is then looked for in the database.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.case import Case
from flowrunner.model.record import replace
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.store import cases
from flowrunner.store import events as event_rows
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from flowrunner.store.tables import cases as case_table
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application as web_application
from tests.web.walker import END, PATIENCE, START, STEPS, Person

ROOT = Path(__file__).parents[2]
WORKERS, THREADS = 2, 8


# --- The server ---------------------------------------------------------------------------


def settings_of(data: Path, url: str) -> Settings:
    """A deployment of `jardin` alone."""
    read = read_settings(ROOT / "tests" / "flows" / "flowrunner.yaml", {}).settings
    assert read is not None
    return replace(read, flows=(data / "flows",), data=data, database=url)


def application() -> Flask:
    """What gunicorn loads."""
    settings = settings_of(Path(os.environ["CROWD_DATA"]), os.environ["CROWD_DATABASE"])
    return web_application(open_services(settings, where))


@dataclass(frozen=True, slots=True)
class Server:
    """gunicorn, and where it listens."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_one(self, chance: random.Random) -> bool:
        """End one of the workers without a warning; false when there is none just now."""
        alive = self.workers
        if not alive:
            return False
        os.kill(chance.choice(alive), signal.SIGKILL)
        return True


@contextmanager
def serving(data: Path, url: str) -> Iterator[Server]:
    """Serve a deployment until the block ends."""
    (data / "flows").mkdir()
    shutil.copyfile(ROOT / "tests" / "flows" / "valid" / "jardin.yaml", data / "flows" / "jardin.yaml")
    migrate(settings_of(data, url))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "--log-level", "critical", "--timeout", "120"]
    command += ["-w", str(WORKERS), "-k", "gthread", "--threads", str(THREADS), "-b", f"127.0.0.1:{port}"]
    environment = os.environ | {"CROWD_DATA": str(data), "CROWD_DATABASE": url}
    process = subprocess.Popen([*command, "tests.web.crowd:application()"], env=environment)
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port):
            assert process.poll() is None, "gunicorn has ended"
            assert time.monotonic() < until, "gunicorn did not start"
            time.sleep(0.05)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    try:
        return Person(port, 0).ask("GET", START)[0] == 200
    except (OSError, HTTPException):
        return False


# --- The people -------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """What came of a crowd: who walked, what they were answered, and what went wrong with whom."""

    walked: list[Person] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[int]:
        return sum((person.statuses for person in self.walked), Counter[int]())

    @property
    def again(self) -> int:
        """How often something was sent again because no answer came."""
        return sum(person.again for person in self.walked)

    def walk(self, person: Person) -> None:
        """Let a person walk, and remember what came of it."""
        try:
            person.walk()
        except (AssertionError, OSError, HTTPException) as error:
            self.wrong.append(f"{person.number}: {type(error).__name__} {error}")
        self.walked.append(person)


def all_at_once(server: Server, people: int) -> Outcome:
    """So many people begin at the same moment; every fourth presses each button twice."""
    outcome, start = Outcome(), threading.Barrier(people)

    def run(number: int) -> None:
        start.wait()
        outcome.walk(Person(server.port, number, hasty=number % 4 == 0))

    _in_threads(people, run)
    return outcome


def while_workers_die(server: Server, people: int, kills: int, seed: int) -> Outcome:
    """People come and go until so many workers were killed, at moments that nobody can foresee.

    Between two kills a few pages are answered, so that the one who dies is not always one who has only begun to start.
    """
    outcome, numbers, over = Outcome(), itertools.count(), threading.Event()
    chance = random.Random(seed)  # noqa: S311 - it is to be repeatable
    answers = threading.Semaphore(0)

    def run(_: int) -> None:
        while not over.is_set():
            outcome.walk(Person(server.port, next(numbers), patient=True, answered=answers.release))

    def kill() -> None:
        done = 0
        while done < kills and not outcome.wrong:
            for _ in range(chance.randint(1, 40)):
                answers.acquire(timeout=PATIENCE)
            time.sleep(chance.uniform(0, 0.05))
            done += server.kill_one(chance)
            while answers.acquire(blocking=False):
                pass
        over.set()

    killing = threading.Thread(target=kill)
    killing.start()
    _in_threads(people, run)
    killing.join()
    return outcome


def _in_threads(count: int, run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- What is in the database --------------------------------------------------------------


def missing(data: Path, url: str, outcome: Outcome) -> list[str]:
    """What was acknowledged and is not there, or is there twice."""
    database = Database(url, open_keys(data))
    found: list[str] = []
    stored: dict[date, list[Case]] = {}
    with database.reading() as transaction:
        for ident in list(transaction.connection.execute(select(case_table.c.id)).scalars()):
            case = cases.load(transaction, ident)
            assert case is not None
            born = next((visit.answers["naissance"] for visit in case.path if "naissance" in visit.answers), None)
            stored.setdefault(born if isinstance(born, date) else date.min, []).append(case)
            happened = event_rows.events_of(transaction, ident)
            sent = Counter(event.step for event in happened if event.kind == "moved" and event.step in STEPS)
            if sent != Counter(STEPS):
                found.append(f"{ident}: {dict(sent)}")
    database.close()
    for person in outcome.walked:
        of_person = stored.pop(person.born, [])
        gifts = [visit.answers.get("don") for case in of_person for visit in case.path if visit.step == "parcelle"]
        if gifts != [person.gift] or [case.step for case in of_person] != [END]:
            found.append(f"person {person.number}: {gifts}")
    return [*found, *(f"nobody's: {born}" for born in stored)]
