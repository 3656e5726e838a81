"""What `flowrunner check` of the registration flow costs after imports."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import RUNS, Figure, median, seconds_each
from bench.loaded import REGISTRATION
from flowrunner.catalogue import check_file


def figures() -> Iterator[Figure]:
    """ms for reading, compiling and linting."""
    check_file(REGISTRATION)
    yield median(
        "check of registration", "ms", [seconds_each(lambda: check_file(REGISTRATION), 1) * 1e3 for _ in range(RUNS)]
    )
