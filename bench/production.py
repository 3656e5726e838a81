"""What `flowrunner serve --production` costs before anybody comes: time to the first page, and memory of a worker.

The deployment is that of the bench, with a database that is up to date, as it is at every start but the first.
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
from bench.pages import free_port, memory_of, tree

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
        _start(settings)
        runs = [_start(settings) for _ in range(RUNS)]
    yield median("cold start to the first page", "seconds", [run[0] for run in runs])
    yield median("memory of a worker in production", "MB", [run[1] for run in runs])


def _start(settings: Path) -> tuple[float, float]:
    port = free_port()
    program = Path(sys.executable).with_name("flowrunner")
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, "serve", "--production", "--settings", settings, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LANG": "en_CA.UTF-8"},
    )
    try:
        while not _shows(port):
            time.sleep(0.005)
        started = time.perf_counter() - began
        for _ in range(PAGES):
            _shows(port)
        return started, max(memory_of(pid) for pid in tree(process.pid)[1:])
    finally:
        process.terminate()
        process.wait(timeout=30)


def _shows(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/en/eight")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
