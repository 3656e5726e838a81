"""A process that limits itself gets no more than it said."""

from __future__ import annotations

import subprocess
import sys

import pytest

MEMORY = 256 * 1024 * 1024


def ended(program: str, memory: int = MEMORY, seconds: int = 5) -> subprocess.CompletedProcess[str]:
    begins = f"from flowrunner.sandbox import limit\nlimit({memory}, {seconds}, 16)\n"
    return subprocess.run(
        [sys.executable, "-c", begins + program], capture_output=True, text=True, timeout=60, check=False
    )


class TestLimit:
    def test_what_stays_within_it_works(self) -> None:
        assert ended("print(len(bytes(1_000_000)))").stdout == "1000000\n"

    @pytest.mark.parametrize(
        ("program", "stopped"),
        [
            (f"bytes({MEMORY})", "MemoryError"),
            ("[open('/dev/null') for _ in range(16)]", "Too many open files"),
        ],
    )
    def test_more_is_refused(self, program: str, stopped: str) -> None:
        found = ended(f"held = {program}")
        assert found.returncode != 0
        assert stopped in found.stderr

    def test_no_file_is_written(self, tmp_path: object) -> None:
        found = ended(f"import os, signal\nopen({str(tmp_path)!r} + '/x', 'wb', buffering=0).write(b'x')")
        assert found.returncode != 0

    def test_it_is_stopped_when_its_time_is_up(self) -> None:
        assert ended("while True: pass", seconds=1).returncode < 0
