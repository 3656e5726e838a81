"""What time causes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from flowrunner.compiler.bind.binder import Binder, characters, items_of
from flowrunner.compiler.bind.branches import bind_branch
from flowrunner.compiler.bind.sections import Entry
from flowrunner.compiler.nodes import Mapping, Node
from flowrunner.diagnostics.codes import CANNOT_HOLD, MISSING_KEY, TYPES
from flowrunner.diagnostics.diagnostic import Term
from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Branch, Reminder, Timer
from flowrunner.model.graph import SUBMITTED
from flowrunner.timer_kinds.built_in import TIMER_KINDS

_TIMES = ("date", "moment", "unknown")


def bind_timers(binder: Binder) -> dict[str, Timer]:
    """The timers of a flow by name."""
    timers = ((name, _bind_timer(binder, entry)) for name, entry in binder.draft["timers"].items())
    return {name: timer for name, timer in timers if timer is not None}


def _bind_timer(binder: Binder, entry: Entry) -> Timer | None:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    steps = binder.draft["steps"]
    in_step, until = node.get("in"), node.get("until")
    if in_step is None and until is None:
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_end", {"name": entry.name})
    kinds = [kind for kind in TIMER_KINDS.values() if kind.name in node]
    if len(kinds) != 1:
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_start", {"name": entry.name})
    if any(kind.counts for kind in kinds) and "since" not in node and in_step is None:
        binder.findings.add(MISSING_KEY, entry.key.span, "timer_since", {"name": entry.name})
    branch = _branch(binder, node)
    value = kinds[0].bind(WrittenTimer(binder, node.get(kinds[0].name))) if kinds else None
    timer = Timer(
        entry.name,
        branch or Branch("stay", None),
        kinds[0].name if kinds else "",
        value,
        _moment(binder, node.get("since")),
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


class WrittenTimer(Struct, frozen=True):
    """What stands behind the key of a timer kind, for it to read: `timer_kinds.base.TimerNode`."""

    binder: Binder
    node: Node | None

    def word(self) -> str | None:
        return characters(self.node)

    def duration(self) -> Duration | None:
        return self.binder.duration(self.node)

    def time(self) -> Expression | None:
        time = self.binder.expression(self.node)
        if time is not None and self.node is not None and time.type.kind not in _TIMES:
            self.binder.findings.add(TYPES, self.node.span, "not_a_time", {"found": Term(f"type_{time.type.kind}")})
            return None
        return time


def _reminders(binder: Binder, node: Node | None) -> Iterator[Reminder]:
    for item in items_of(node):
        if not isinstance(item, Mapping):
            continue
        after = binder.duration(item.get("after"))
        send = binder.known("message", item.get("send"), binder.draft["messages"])
        when = binder.guard(item.get("when"))
        if after is not None and send is not None:
            yield Reminder(after, send, when, item.span)
