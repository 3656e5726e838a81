"""`remember: NAME` keeps this moment; the first time counts, on the path or off it."""

from __future__ import annotations

from typing import Any

from flowrunner.effects.base import Change, Effect
from flowrunner.model.flow import EffectUse


class Remember(Effect):
    name = "remember"
    takes = "moment"
    on_enter = True

    def apply(self, use: EffectUse, change: Change) -> None:
        moments = change.case.moments
        if use.argument not in moments:
            change.update(moments={**moments, use.argument: change.now})
            change.env[use.argument] = change.now

    def sets(self, argument: Any) -> frozenset[str]:
        return frozenset({argument})
