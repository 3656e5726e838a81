"""One-time codes."""

from __future__ import annotations

from typing import Literal

from flowrunner.compiler.bind.binder import Binder
from flowrunner.compiler.bind.people import bind_names
from flowrunner.compiler.bind.sections import Entry
from flowrunner.compiler.nodes import Mapping, Node, Scalar
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.model.duration import Duration
from flowrunner.model.flow import Code

SHORTEST, LONGEST = 4, 32
_UNTIL = "until "
_A_DAY = " a day"


def bind_codes(binder: Binder) -> dict[str, Code]:
    """The codes of a flow by name."""
    return {name: _bind_code(binder, entry) for name, entry in binder.draft["codes"].items()}


def _bind_code(binder: Binder, entry: Entry) -> Code:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    valid, until = _life(binder, node.get("valid"))
    send = node.get("send")
    return Code(
        entry.name,
        _length(binder, node.get("length")),
        _alphabet(node.get("alphabet")),
        valid,
        until,
        binder.count(node.get("tries"), 1),
        _a_day(binder, node.get("tries_in_all")),
        bind_names(binder, node.get("bound_to")),
        binder.known("message", send, binder.draft["messages"]) if send is not None else None,
        entry.key.span,
    )


def _length(binder: Binder, node: Node | None) -> int:
    length = binder.count(node)
    if length is None or SHORTEST <= length <= LONGEST:
        return length or 6
    values = {"least": SHORTEST, "most": LONGEST, "found": length}
    binder.findings.add(CANNOT_HOLD, node.span if node else binder.draft.root.span, "code_length", values)
    return SHORTEST


def _alphabet(node: Node | None) -> Literal["digits", "unambiguous"]:
    return "unambiguous" if isinstance(node, Scalar) and node.value == "unambiguous" else "digits"


def _life(binder: Binder, node: Node | None) -> tuple[Duration | None, str | None]:
    """`10 minutes`, or `until TIMER`."""
    if not isinstance(node, Scalar) or not node.value.startswith(_UNTIL):
        return binder.duration(node), None
    name = node.value[len(_UNTIL) :].strip()
    if name in binder.draft["timers"]:
        return None, name
    offset = node.value.index(name, len(_UNTIL)) if name else 0
    span = binder.findings.part(node, offset, len(name))
    binder.findings.unknown("timer", Scalar(name, span), binder.draft["timers"])
    return None, None


def _a_day(binder: Binder, node: Node | None) -> int | None:
    """`20 a day`."""
    if not isinstance(node, Scalar):
        return None
    if not node.value.endswith(_A_DAY):
        binder.findings.add(CANNOT_HOLD, node.span, "tries_a_day", {"found": node.value[:60]})
        return None
    return binder.count(Scalar(node.value.removesuffix(_A_DAY), node.span), 1)
