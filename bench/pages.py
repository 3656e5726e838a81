"""What a page costs a server: CPU of its whole process tree for each request, ours and the floor's in the same run.

Both are served by gunicorn with the same class and number of workers, each over its own SQLite with the same
durability. GET shows a page of eight questions; POST sends it and moves on. The forms to send are fetched before the
clock is read, so that a POST is a POST alone. GET home shows the home page of an account with one case and two
messages; what the floor does for it is its own GET. Within a run both take turns, a few people each: a machine that is
slower for a while is so for both.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bench.figure import RUNS, Figure, median
from bench.homes import HOME, cookies_of

HERE = Path(__file__).parent
WORKERS = 2
PEOPLE = 300
AT_A_TIME = 20
WARM = 60
ACCOUNTS = 20
FIELDS = {f"f{number}": f"Answer number {number}" for number in range(8)}
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Service:
    """One of the two: how gunicorn finds it, and where its pages are."""

    name: str
    app: str
    start: str
    page: str
    sends_start: bool
    flows: Path = HERE / "flows"


OURS = Service("flowrunner", "bench.wsgi:application()", "/en/eight", "/en/eight/page", sends_start=True)
FLOOR = Service("floor", "bench.floor:app", "/start", "/page", sends_start=False)


def figures() -> Iterator[Figure]:
    """GET and POST as ratios to the floor, with the µs of CPU that they stand for, and the memory of a worker."""
    runs: dict[str, list[float]] = {}
    for _ in range(RUNS):
        floor, ours, memory = _run()
        for kind in ("GET", "POST"):
            runs.setdefault(f"floor {kind}", []).append(floor[kind])
            runs.setdefault(f"flowrunner {kind}", []).append(ours[kind])
            runs.setdefault(f"ratio {kind}", []).append(ours[kind] / floor[kind])
        runs.setdefault("home", []).append(ours["home"])
        runs.setdefault("ratio home", []).append(ours["home"] / floor["home"])
        runs.setdefault("memory", []).append(memory)
    for kind in ("GET", "POST"):
        for name in ("floor", "flowrunner"):
            yield median(f"{kind} of {name}", "µs of CPU", runs[f"{name} {kind}"])
        yield median(f"{kind} as a ratio to the floor", "times", runs[f"ratio {kind}"])
    yield median("GET home of flowrunner", "µs of CPU", runs["home"])
    yield median("GET home as a ratio to the floor's GET", "times", runs["ratio home"])
    yield median("memory of a worker", "MB", runs["memory"])


def _run() -> tuple[dict[str, float], dict[str, float], float]:
    """µs of CPU of each kind of request, of the floor and of us, and the MB of our larger worker."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for service in (FLOOR, OURS):
            Path(folder, service.name).mkdir()
        cookies = cookies_of(HERE / "flows", Path(folder, OURS.name), ACCOUNTS)
        crowds = [_Crowd(service, Path(folder), stack) for service in (FLOOR, OURS)]
        floor, ours = crowds
        ours.at_home(cookies)
        for kind in ("GET", "home", "POST"):
            for start in range(0, PEOPLE, AT_A_TIME):
                for crowd in crowds:
                    crowd.act(kind, start)
        memory = max(memory_of(pid) for pid in tree(ours.pid)[1:])
        return floor.spent, ours.spent, memory


class _Crowd:
    """People before one of the two services, and the CPU that it spent on them: µs for each request of a kind."""

    def __init__(self, service: Service, folder: Path, stack: ExitStack) -> None:
        process, port = stack.enter_context(served(service, folder / service.name))
        self.pid = process.pid
        self.spent = {"GET": 0.0, "home": 0.0, "POST": 0.0}
        self._service = service
        self._connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self._people = [Person(self._connection) for _ in range(PEOPLE)]
        self._at_home: list[Person] = []
        for person in self._people:
            person.arrive(service)
        # What is made once is made: templates, statements, drafts.
        for person in self._people[:WARM]:
            person.get(service.page)

    def at_home(self, cookies: list[str]) -> None:
        """Have these people signed in, who look at their home pages."""
        for cookie in cookies:
            person = Person(self._connection)
            person.cookies["session"] = cookie
            person.get(HOME)
            self._at_home.append(person)

    def act(self, kind: str, start: int) -> None:
        """Have the next few do this."""
        before = cpu_of(self.pid)
        for number in range(start, start + AT_A_TIME):
            if kind == "POST":
                self._people[number].send(self._service.page, FIELDS)
            elif kind == "home" and self._at_home:
                self._at_home[number % len(self._at_home)].get(HOME)
            else:
                self._people[number].get(self._service.page)
        self.spent[kind] += (cpu_of(self.pid) - before) / PEOPLE * 1e6


@contextmanager
def served(service: Service, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The process and the port of a service whose data is in a folder."""
    port = free_port()
    environment = os.environ | {
        "FLOOR_DB": str(folder / "floor.db"),
        "FLOOR_SYNC": "FULL",
        "BENCH_FLOWS": str(service.flows),
        "BENCH_DATA": str(folder),
    }
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(HERE.parent), "--log-level", "error"]
    command += ["-w", str(WORKERS), "-k", "gthread", "--threads", "4", "--keep-alive", "30"]
    process = subprocess.Popen([*command, "-b", f"127.0.0.1:{port}", service.app], env=environment)
    try:
        _wait_for(port, service)
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, service: Service) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", service.start)
            if connection.getresponse().status < 400:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{service.name} did not start.")


class Person:
    """Somebody with a cookie and the page that was shown last."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection
        self.cookies: dict[str, str] = {}
        self.hidden: dict[str, str] = {}

    def arrive(self, service: Service) -> None:
        self.get(service.start)
        if service.sends_start:
            self.send(service.start, {})

    def get(self, path: str) -> None:
        status, page = self._ask("GET", path, b"")
        assert status in (200, 302, 303), (path, status)
        inputs = [(NAME.search(tag), VALUE.search(tag)) for tag in HIDDEN.findall(page)]
        self.hidden = {name[1]: value[1] for name, value in inputs if name and value}

    def send(self, path: str, answers: dict[str, str]) -> None:
        status, _ = self._ask("POST", path, urlencode(self.hidden | answers).encode())
        assert status == 303, (path, status)

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def tree(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process and its children have used, to the nanosecond."""
    return sum(time.clock_gettime(_clock_of(each)) for each in tree(pid))


def _clock_of(pid: int) -> int:
    """What `clock_getcpuclockid` of the C library gives for a process; /proc counts in hundredths of a second."""
    return (~pid << 3) | 2


def memory_of(pid: int) -> float:
    """MB of memory that a process holds (RSS)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
