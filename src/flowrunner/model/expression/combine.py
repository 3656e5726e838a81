"""Guards put together: what stands beside a block, a field and its use holds only if all of them do."""

from __future__ import annotations

from collections.abc import Mapping

from flowrunner.model.expression.expression import Expression
from flowrunner.model.expression.syntax import And, Node
from flowrunner.model.types import YES_NO, Value


def both(one: Expression | None, other: Expression | None) -> Expression | None:
    """The guard that holds when both do; None stands for a guard that always holds."""
    if one is None or other is None or one is other:
        return one if one is not None else other
    first, second = one.evaluate, other.evaluate

    def evaluate(env: Mapping[str, Value]) -> Value:
        return bool(first(env)) and bool(second(env))

    return Expression(
        f"({one.source}) and ({other.source})",
        YES_NO,
        And(_parts(one.tree) + _parts(other.tree)),
        evaluate,
        names=one.names | other.names,
        reads=one.reads | other.reads,
        conditions=tuple(dict.fromkeys(one.conditions + other.conditions)),
        work=one.work + other.work + 1,
        span=one.span,
    )


def _parts(tree: Node) -> tuple[Node, ...]:
    return tree.parts if isinstance(tree, And) else (tree,)
