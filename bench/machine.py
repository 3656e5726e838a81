"""What a firing of the machine costs: the library tries every way of a step and takes the last."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import RUNS, Figure, median, seconds_each
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.runtime.machine import Fired, StepMachine

TIMES = 20_000
WAYS = (3, 8)


def figures() -> Iterator[Figure]:
    """µs for a firing, by the number of ways."""
    for ways in WAYS:
        yield median(f"machine: a firing of {ways} ways", "µs", [_micro(ways) for _ in range(RUNS)])


def _micro(ways: int) -> float:
    machine, last = _machine(ways), {"colour": f"c{ways - 1}"}
    if machine.fire("first", "next", last) != Fired(ways - 1, "done"):
        raise SystemExit("the machine takes another way than the last.")
    return seconds_each(lambda: machine.fire("first", "next", last), TIMES) * 1e6


def _machine(ways: int) -> StepMachine:
    """A page whose owner goes on by the first of some guarded ways that holds."""
    choices = ", ".join(f"c{way}: {{label: C}}" for way in range(ways))
    branches = "".join(f"      - {{when: colour == 'c{way}', go: done}}\n" for way in range(ways))
    text = f"""
flowrunner: 1
flow: firing
languages: [en]
time_zone: America/Toronto
title: Firing
start: first
fields:
  colour: {{type: choice, label: Colour, choices: {{{choices}}}}}
steps:
  first:
    title: First
    fields: [colour]
    next:
{branches}  done: {{kind: end, outcome: done, title: Done}}
"""
    flow = compile_flow({"firing.yaml": text.encode()}, "firing.yaml").flow
    if flow is None:
        raise SystemExit("the flow of the figure does not compile.")
    return StepMachine(flow)
