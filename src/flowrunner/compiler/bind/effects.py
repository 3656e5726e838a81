"""Work that a transition or an arrival causes: lists under `do` and `enter`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowrunner.compiler.bind.binder import Binder, items_of
from flowrunner.compiler.bind.people import known_roles
from flowrunner.compiler.nodes import Mapping, Node, Scalar
from flowrunner.diagnostics.codes import CANNOT_HOLD, MISSING_KEY, NAME_TAKEN
from flowrunner.diagnostics.diagnostic import Term
from flowrunner.effects.base import Effect
from flowrunner.effects.built_in import EFFECTS
from flowrunner.model.flow import EffectUse
from flowrunner.model.graph import SUBMITTED

_NAMED = {"code": "codes", "message": "messages", "source": "sources"}


def bind_effects(binder: Binder, node: Node | None, *, on_enter: bool = False) -> tuple[EffectUse, ...]:
    """The effects of a list, in its order; what cannot be bound is noted and left out."""
    return tuple(use for item in items_of(node) if (use := _bind_effect(binder, item, on_enter)) is not None)


def _bind_effect(binder: Binder, node: Node, on_enter: bool) -> EffectUse | None:
    key, argument = _named(node)
    if key is None:
        return None
    if key.value not in EFFECTS:
        binder.findings.unknown("effect", key, EFFECTS.names)
        return None
    effect = EFFECTS[key.value]
    if on_enter and not effect.on_enter:
        binder.findings.add(CANNOT_HOLD, key.span, "not_on_enter", {"effect": effect.name})
    if effect.takes == "nothing":
        return EffectUse(effect.name, None, key.span, effect.sets(None))
    if argument is None:
        binder.findings.add(
            MISSING_KEY, key.span, "effect_argument", {"effect": effect.name, "takes": Term(effect.takes)}
        )
        return None
    bound = _argument(binder, effect, argument)
    return None if bound is None else EffectUse(effect.name, bound, key.span, effect.sets(bound))


def _named(node: Node) -> tuple[Scalar | None, Node | None]:
    if isinstance(node, Scalar):
        return node, None
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0]
    return None, None


def _argument(binder: Binder, effect: Effect, node: Node) -> Any:
    if effect.takes == "steps":
        return _steps(binder, effect, node)
    if effect.takes == "role":
        return binder.known("role", node, known_roles(binder))
    if effect.takes == "moment":
        return _moment(binder, node)
    return binder.known(effect.takes, node, binder.draft[_NAMED[effect.takes]])


def _moment(binder: Binder, node: Node) -> str | None:
    """Remembering brings a moment into being; `submitted` is the effect `submit`'s own."""
    if not isinstance(node, Scalar):
        return None
    if node.value == SUBMITTED:
        binder.findings.add(NAME_TAKEN, node.span, "reserved", {"name": node.value})
    return node.value


def _steps(binder: Binder, effect: Effect, node: Node) -> dict[str, str] | None:
    entries = node.entries if isinstance(node, Mapping) else ()
    present = {key.value for key, _ in entries}
    missing = [name for name in effect.required if name not in present]
    if missing:
        binder.findings.add(MISSING_KEY, node.span, "effect_key", {"effect": effect.name, "key": ", ".join(missing)})
        return None
    steps = dict(_known_steps(binder, entries))
    return steps if len(steps) == len(entries) else None


def _known_steps(binder: Binder, entries: tuple[tuple[Scalar, Node], ...]) -> Iterator[tuple[str, str]]:
    for key, node in entries:
        step = binder.known("step", node, binder.draft["steps"])
        if step is not None:
            yield key.value, step
