"""Data-flow analysis: what is certain when a step is reached, whichever way led there (a must-analysis)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flowrunner.model.flow import FieldUse, Flow
from flowrunner.model.graph import Edge, edges

Facts = frozenset[str]


def certain(flow: Flow, gives: Callable[[Edge], Facts]) -> Mapping[str, Facts]:
    """For each step that is reached, what every way from the start to it has given.

    `gives` says what passing an edge gives (the answers of its page, for example).
    """
    ways = edges(flow)
    everything = frozenset().union(*(gives(edge) for edge in ways))
    facts_at: dict[str, Facts] = dict.fromkeys(flow.steps, everything)
    facts_at[flow.start] = frozenset()
    changed = True
    while changed:
        changed = False
        for edge in ways:
            arrived = facts_at[edge.to] & (facts_at[edge.step] | gives(edge))
            if edge.to != flow.start and arrived != facts_at[edge.to]:
                facts_at[edge.to] = arrived
                changed = True
    return facts_at


def asked_for_certain(flow: Flow, edge: Edge) -> Facts:
    """The fields that whoever takes this edge was certainly asked: those of its button, without a `when`."""
    return unconditional(_sent(flow, edge))


def answered_for_certain(flow: Flow, edge: Edge) -> Facts:
    """The fields that whoever takes this edge certainly answered."""
    return required(_sent(flow, edge))


def unconditional(uses: Iterable[FieldUse]) -> Facts:
    """The fields that a page asks of everybody."""
    return frozenset(use.field.name for use in uses if use.when is None and not use.field.opened_by)


def required(uses: Iterable[FieldUse]) -> Facts:
    """The fields that a page asks of everybody and that nobody may leave empty."""
    return unconditional(use for use in uses if not use.field.optional)


def _sent(flow: Flow, edge: Edge) -> tuple[FieldUse, ...]:
    if edge.move in ("change", "taken"):
        return ()
    step = flow.steps[edge.step]
    action = step.actions.get(edge.trigger)
    if action is not None:
        return action.fields
    return step.uses if edge.trigger == "next" else ()
