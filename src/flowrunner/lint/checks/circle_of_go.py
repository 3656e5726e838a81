"""Steps that lead to each other by `go` alone: such a walk need never end."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.diagnostics.diagnostic import Check, Diagnostic
from flowrunner.lint.base import LintCheck
from flowrunner.model.flow import Flow
from flowrunner.model.graph import Edge, edges


class CircleOfGo(LintCheck):
    check = Check("FR404", "circle_of_go")

    def find(self, flow: Flow) -> Iterator[Diagnostic]:
        onward: dict[str, list[Edge]] = {}
        for edge in edges(flow):
            if edge.move in ("go", "taken"):
                onward.setdefault(edge.step, []).append(edge)
        done: set[str] = set()
        for step in flow.steps:
            for circle in _circles(step, onward, done):
                steps = " → ".join([*(edge.step for edge in circle), circle[0].step])
                yield Diagnostic(self.check, circle[-1].span, "found", {"steps": steps, "step": circle[-1].to})


def _circles(start: str, onward: dict[str, list[Edge]], done: set[str]) -> Iterator[list[Edge]]:
    """Each edge that closes a circle, with the edges that lead round to it; without recursion, however deep it is."""
    if start in done:
        return
    walked: list[Edge] = []
    open_steps = {start: 0}
    waiting = [iter(onward.get(start, ()))]
    while waiting:
        edge = next(waiting[-1], None)
        if edge is None:
            waiting.pop()
            closed = walked.pop().to if walked else start
            done.add(closed)
            open_steps.pop(closed, None)
        elif edge.to in open_steps:
            yield [*walked[open_steps[edge.to] :], edge]
        elif edge.to not in done:
            walked.append(edge)
            open_steps[edge.to] = len(walked)
            waiting.append(iter(onward.get(edge.to, ())))
