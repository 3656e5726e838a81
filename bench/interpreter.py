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
from flowrunner.web.server.production import freeze_heap

Act = tuple[Program, Case, Actor, Submission, World]


def figures() -> Iterator[Figure]:
    """Acts a second in a process that has settled as a server does, and that has done them before."""
    acts = _acts()
    freeze_heap()
    _acts_a_second(acts)
    yield median("interpreter: steps acted on", "a second", [_acts_a_second(acts) for _ in range(RUNS)])


def _acts() -> list[Act]:
    """All that is sent in the scenarios, each with the case that it is sent to."""
    acts: list[Act] = []
    run = program()
    paths = sorted((FLOWS / "scenarios" / "registration").glob("*.yaml"))
    scenarios = [read_scenario(path)[0] for path in paths if path.name != "items.yaml"]

    def noted(run: Program, case: Case, actor: Actor, submission: Submission, world: World) -> Decision | Asks:
        acts.append((run, case, actor, submission, world))
        return act(run, case, actor, submission, world)

    with patch.object(player, "act", noted):
        for scenario in scenarios:
            if scenario is not None:
                player.play(run, scenario)
    return acts


def _acts_a_second(acts: list[Act], rounds: int = 10) -> float:
    start = time.process_time()
    for _ in range(rounds):
        for each in acts:
            act(*each)
    return rounds * len(acts) / (time.process_time() - start)
