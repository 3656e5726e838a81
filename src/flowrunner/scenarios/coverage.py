"""What a set of scenarios covers: the transitions of their flow, and the requirement items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from flowrunner.model.flow import Flow
from flowrunner.model.graph import edges
from flowrunner.scenarios.scenario import Evidence, Item, Played
from flowrunner.span import Span

Key = tuple[str, str, int]


class Transition(Struct, frozen=True):
    """A transition that can be covered; a timer's is one, wherever it fires (`step` is then empty)."""

    step: str
    trigger: str
    index: int
    to: str
    span: Span

    @property
    def key(self) -> Key:
        return (self.step, self.trigger, self.index)


class Coverage(Struct, frozen=True):
    """`missed` are transitions that no scenario takes; `items` are all items, `shown` has the evidence for those that
    scenarios show."""

    transitions: tuple[Transition, ...]
    missed: tuple[Transition, ...]
    items: Mapping[int, Item]
    shown: Mapping[int, tuple[Evidence, ...]]

    @property
    def missing_items(self) -> tuple[int, ...]:
        return tuple(number for number in self.items if number not in self.shown and number not in self.elsewhere)

    @property
    def elsewhere(self) -> Mapping[int, tuple[str, ...]]:
        """The tests that are named for items which no scenario shows."""
        named = self.items.items()
        return {number: item.shown_by for number, item in named if item.shown_by and number not in self.shown}


def transitions(flow: Flow) -> tuple[Transition, ...]:
    """All transitions of a flow, each once."""
    by_key: dict[Key, Transition] = {}
    for edge in edges(flow):
        if edge.move == "change":
            continue
        step = "" if edge.trigger.startswith("timer:") else edge.step
        trigger = f"taken:{edge.trigger}" if edge.move == "taken" else edge.trigger
        transition = Transition(step, trigger, edge.index, edge.to, edge.span)
        by_key.setdefault(transition.key, transition)
    return tuple(by_key.values())


def coverage(flow: Flow, played: Iterable[Played], items: Mapping[int, Item]) -> Coverage:
    """What these scenarios cover of a flow. An item counts only where its line's expectation was met."""
    all_played = tuple(played)
    taken = {key for one in all_played for key in one.taken}
    shown: dict[int, list[Evidence]] = {}
    for one in all_played:
        for evidence in one.evidence:
            shown.setdefault(evidence.item, []).append(evidence)
    every = transitions(flow)
    return Coverage(
        transitions=every,
        missed=tuple(way for way in every if way.key not in taken),
        items=items,
        shown={item: tuple(evidences) for item, evidences in sorted(shown.items()) if not items or item in items},
    )
