"""Ways on: what stands behind `next`, in an action, or in a timer."""

from __future__ import annotations

from flowrunner.compiler.bind.binder import Binder
from flowrunner.compiler.bind.effects import bind_effects
from flowrunner.compiler.bind.texts import text_under
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.diagnostics.codes import MISSING_KEY, NOT_ONE_OF
from flowrunner.model.flow import Branch, MoveKind
from flowrunner.span import Span

BACK = "back"
KEYS = ("when", "go", "return", "do", "say")


def bind_branches(binder: Binder, node: Node | None, *, stays: bool = False) -> tuple[Branch, ...]:
    """A step's name, a branch, or a list of branches. `stays`: a branch that leads nowhere stays on the page."""
    items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
    return tuple(branch for item in items if (branch := bind_branch(binder, item, stays=stays)) is not None)


def bind_branch(binder: Binder, node: Node, *, stays: bool = False, guarded: bool = True) -> Branch | None:
    """One branch. `guarded` is false where `when` beside it belongs to something else (an action)."""
    if isinstance(node, Scalar):
        move, to = _go(binder, node)
        return None if move is None else Branch(move, to, span=node.span)
    if not isinstance(node, Mapping):
        return None
    move, to = _move(binder, node, stays)
    when = node.get("when") if guarded else None
    guard = binder.guard(when)
    do = bind_effects(binder, node.get("do"))
    say = text_under(binder, node, "say") if "say" in node else None
    if move is None or (when is not None and guard is None):
        return None
    return Branch(move, to, guard, do, say, node.span)


def _move(binder: Binder, node: Mapping, stays: bool) -> tuple[MoveKind | None, str | None]:
    go, back = node.get("go"), node.get("return")
    if go is not None and back is not None:
        key = node.key("return")
        binder.findings.add(NOT_ONE_OF, key.span if key else node.span, "go_and_return")
        return None, None
    if go is not None:
        return _go(binder, go)
    if back is not None:
        to = binder.known("step", back, binder.draft["steps"])
        return ("return", to) if to is not None else (None, None)
    if stays:
        return "stay", None
    binder.findings.add(MISSING_KEY, _head(node), "branch_without_go")
    return None, None


def _go(binder: Binder, node: Node) -> tuple[MoveKind | None, str | None]:
    if isinstance(node, Scalar) and node.value == BACK and BACK not in binder.draft["steps"]:
        return "back", None
    to = binder.known("step", node, binder.draft["steps"])
    return ("go", to) if to is not None else (None, None)


def _head(node: Mapping) -> Span:
    return node.entries[0][0].span if node.entries else node.span
