"""What `flowrunner serve --production` costs before anybody comes: time to the first page, and memory of a worker.

The deployment is that of the bench, with a database that is up to date, as it is at every start but the first. The
floor is started by turns with it: a machine that is slower for a while is so for both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from bench.figure import RUNS, Figure, median
from bench.pages import FLOOR, free_port, memory_of, tree

HERE = Path(__file__).parent
PAGES = 100
SETTINGS = """\
flows: {flows}
data: {data}
server: {{https: false, workers: 2}}
"""


def figures() -> Iterator[Figure]:
    """Seconds from the command to the first page, and MB of a worker that has shown pages."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "flowrunner.yaml"
        settings.write_text(SETTINGS.format(flows=HERE / "flows", data=Path(folder) / "data"))
        program = Path(sys.executable).with_name("flowrunner")
        ours = [str(program), "serve", "--production", "--settings", str(settings), "--port", "{port}"]
        floor = [sys.executable, "-m", "gunicorn", "--chdir", str(HERE.parent), "-w", "2", "-k", "gthread"]
        floor += ["-b", "127.0.0.1:{port}", FLOOR.app]
        kinds = {"flowrunner": (ours, "/en/eight"), "floor": (floor, FLOOR.page)}
        for command, page in kinds.values():
            _start(command, page, folder)
        runs = [{name: _start(*kind, folder) for name, kind in kinds.items()} for _ in range(RUNS)]
    for name in kinds:
        yield median(f"cold start of {name} to the first page", "seconds", [run[name][0] for run in runs])
    yield median("memory of a worker in production", "MB", [run["flowrunner"][1] for run in runs])


def _start(command: list[str], page: str, folder: str) -> tuple[float, float]:
    port = free_port()
    # What is compiled at the first start is there for the next, as where it was installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment | {"LANG": "en_CA.UTF-8", "FLOOR_DB": str(Path(folder, "floor.db"))},
    )
    try:
        while not _shows(port, page):
            time.sleep(0.02)
        started = time.perf_counter() - began
        for _ in range(PAGES):
            _shows(port, page)
        return started, max(memory_of(pid) for pid in tree(process.pid)[1:])
    finally:
        process.terminate()
        process.wait(timeout=30)


def _shows(port: int, page: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", page)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
