"""How a figure is taken and told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, what it is of, and how far its runs lay apart."""

    name: str
    value: float
    unit: str
    low: float
    high: float

    def __str__(self) -> str:
        spread = f"({self.low:,.2f} to {self.high:,.2f})"
        return f"{self.name:<58} {self.value:>12,.2f} {self.unit:<10} {spread}"


def median(name: str, unit: str, values: Iterable[float]) -> Figure:
    """The median of several runs."""
    runs = list(values)
    return Figure(name, statistics.median(runs), unit, min(runs), max(runs))


def seconds_each(work: Callable[[], object], times: int) -> float:
    """CPU seconds of this process for one call."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times
