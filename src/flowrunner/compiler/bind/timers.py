"""What time causes."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.compiler.bind.binder import Binder, items_of
from flowrunner.compiler.bind.branches import bind_branch
from flowrunner.compiler.bind.sections import Entry
from flowrunner.compiler.nodes import Mapping, Node
from flowrunner.diagnostics.codes import CANNOT_HOLD, MISSING_KEY, TYPES
from flowrunner.diagnostics.diagnostic import Term
from flowrunner.model.expression import Expression
from flowrunner.model.flow import Branch, Reminder, Timer
from flowrunner.model.graph import SUBMITTED

_TIMES = ("date", "moment", "unknown")


def bind_timers(binder: Binder) -> dict[str, Timer]:
    """The timers of a flow by name."""
    found = ((name, _bind_timer(binder, entry)) for name, entry in binder.draft["timers"].items())
    return {name: timer for name, timer in found if timer is not None}


def _bind_timer(binder: Binder, entry: Entry) -> Timer | None:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    steps = binder.draft["steps"]
    in_step, until = node.get("in"), node.get("until")
    if in_step is None and until is None:
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_end", {"name": entry.name})
    if ("after" in node) == ("at" in node):
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_start", {"name": entry.name})
    if "after" in node and "since" not in node and in_step is None:
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_since", {"name": entry.name})
    branch = _branch(binder, node)
    timer = Timer(
        entry.name,
        branch or Branch("stay", None),
        binder.duration(node.get("after")),
        _moment(binder, node.get("since")),
        _at(binder, node.get("at")),
        binder.known("step", in_step, steps) if in_step is not None else None,
        _moment(binder, until),
        tuple(_reminders(binder, node.get("remind"))),
        entry.key.span,
    )
    return timer if branch is not None else None


def _branch(binder: Binder, node: Mapping) -> Branch | None:
    branch = bind_branch(binder, node, guarded=False)
    if branch is not None and branch.move == "back":
        written = node.get("go")
        binder.findings.add(CANNOT_HOLD, written.span if written else node.span, "timer_back")
    return branch


def _moment(binder: Binder, node: Node | None) -> str | None:
    if node is None:
        return None
    return binder.known("moment", node, (*binder.draft.moments(), SUBMITTED))


def _at(binder: Binder, node: Node | None) -> Expression | None:
    found = binder.expression(node)
    if found is not None and node is not None and found.type.kind not in _TIMES:
        values = {"found": Term(f"type_{found.type.kind}")}
        binder.findings.add(TYPES, node.span, "not_a_time", values)
        return None
    return found


def _reminders(binder: Binder, node: Node | None) -> Iterator[Reminder]:
    for item in items_of(node):
        if not isinstance(item, Mapping):
            continue
        after = binder.duration(item.get("after"))
        send = binder.known("message", item.get("send"), binder.draft["messages"])
        when = binder.guard(item.get("when"))
        if after is not None and send is not None:
            yield Reminder(after, send, when, item.span)
