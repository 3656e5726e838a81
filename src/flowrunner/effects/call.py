"""`call: SOURCE` tells another system; it leaves through the outbox, at least once, with a key."""

from __future__ import annotations

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class Call(Effect):
    name = "call"
    takes = "source"
    checkpoint = True

    def apply(self, use: EffectUse, change: Change) -> None:
        asks = change.flow.sources[use.argument].asks
        given = {name: change.answer(asked) for name, asked in asks.items()}
        change.do(self.name, {"source": use.argument, "given": given})
