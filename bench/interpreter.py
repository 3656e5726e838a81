"""What one `act` of the interpreter costs, over every scenario of the registration flow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench.figure import RUNS, Figure, median
from bench.loaded import FLOWS, program
from flowrunner.scenarios import player
from flowrunner.scenarios.read import read_scenario


def figures() -> Iterator[Figure]:
    """Acts a second; what plays the scenarios around them is not counted."""
    runs = [_acts_a_second() for _ in range(RUNS)]
    yield median("interpreter: steps acted on", "a second", runs)


def _acts_a_second() -> float:
    run = program()
    paths = sorted((FLOWS / "scenarios" / "registration").glob("*.yaml"))
    scenarios = [read_scenario(path)[0] for path in paths if path.name != "items.yaml"]
    spent, acts = 0.0, 0
    original = player.act

    def counted(*given: Any) -> Any:
        nonlocal spent, acts
        start = time.process_time()
        found = original(*given)
        spent += time.process_time() - start
        acts += 1
        return found

    player.act = counted  # type: ignore[attr-defined]
    try:
        for scenario in scenarios:
            if scenario is not None:
                player.play(run, scenario)
    finally:
        player.act = original  # type: ignore[attr-defined]
    return acts / spent
