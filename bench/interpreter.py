"""What one `act` of the interpreter costs, over every scenario of the registration flow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest.mock import patch

from bench.figure import RUNS, Figure, median
from bench.loaded import FLOWS, program
from flowrunner.model.case import Actor, Asks, Case, Decision, Submission, World
from flowrunner.runtime.interpreter import act
from flowrunner.runtime.program import Program
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

    def counted(run: Program, case: Case, actor: Actor, submission: Submission, world: World) -> Decision | Asks:
        nonlocal spent, acts
        start = time.process_time()
        found = act(run, case, actor, submission, world)
        spent += time.process_time() - start
        acts += 1
        return found

    with patch.object(player, "act", counted):
        for scenario in scenarios:
            if scenario is not None:
                player.play(run, scenario)
    return acts / spent
