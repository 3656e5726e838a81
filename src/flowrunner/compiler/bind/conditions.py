"""Named guards."""

from __future__ import annotations

from collections.abc import Mapping

from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.texts import bind_text
from flowrunner.compiler.nodes import Scalar
from flowrunner.model.expression.expression import Scope, compile_conditions
from flowrunner.model.flow import Condition
from flowrunner.model.types import Type


def compile_all(binder: Binder, names: Mapping[str, Type]) -> frozenset[str]:
    """Compile the conditions together and make the binder's scope of them; gives the names of the switches."""
    guards = {name: entry.node for name, entry in binder.draft["conditions"].items()}
    written = {name: guard for name, node in guards.items() if isinstance(guard := under(node, "when"), Scalar)}
    sources = {name: (node.value, node.span) for name, node in written.items()}
    compiled = compile_conditions(sources, names, binder.zone)
    for name, mistakes in compiled.mistakes.items():
        binder.findings.mistakes(written[name], mistakes)
    broken = frozenset(guards) - frozenset(compiled.compiled)
    binder.scope = Scope(names, compiled.compiled, binder.zone, broken)
    return compiled.switches


def bind_conditions(binder: Binder, switches: frozenset[str]) -> dict[str, Condition]:
    """The conditions that are sound, with what they mean, in the order of the file."""
    conditions: dict[str, Condition] = {}
    for name, entry in binder.draft["conditions"].items():
        means = under(entry.node, "means")
        meaning = bind_text(binder, means) if means is not None else None
        guard = binder.scope.conditions.get(name)
        if guard is not None:
            conditions[name] = Condition(name, guard, meaning, name in switches, entry.key.span)
    return conditions
