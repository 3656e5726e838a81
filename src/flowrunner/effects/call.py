"""`call: SOURCE` tells another system; it leaves through the outbox, at least once, with a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.carriers.calls import WebhookCall
from flowrunner.effects.base import Carriers, Change, Leaving, Parcel
from flowrunner.model.flow import EffectUse, Flow


class Call(Leaving):
    name = "call"
    takes = "source"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        asks = change.flow.sources[use.argument].asks
        answers = {name: change.answer(question) for name, question in asks.items()}
        change.do(self.name, {"source": use.argument, "given": answers})

    def without(self, values: Mapping[str, Any], flow: Flow, names: frozenset[str]) -> Mapping[str, Any] | None:
        return None if names & set(flow.sources[values["source"]].asks.values()) else values

    def deliver(self, parcel: Parcel, carriers: Carriers) -> None:
        values = parcel.values
        carriers.calls.carry(
            WebhookCall(parcel.key, parcel.flow.name, values["source"], values["given"], parcel.posted)
        )
