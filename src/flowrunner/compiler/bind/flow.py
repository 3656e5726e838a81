"""A flow, bound: names to what they name, characters to values, all slips told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

from flowrunner.compiler.bind.binder import Binder, characters, under
from flowrunner.compiler.bind.codes import bind_codes
from flowrunner.compiler.bind.conditions import bind_conditions, compile_all
from flowrunner.compiler.bind.expansion import Expander
from flowrunner.compiler.bind.fields import bind_fields
from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.bind.locate import Lines
from flowrunner.compiler.bind.messages import bind_messages
from flowrunner.compiler.bind.names import names_of
from flowrunner.compiler.bind.people import bind_accounts, bind_names, bind_purposes, bind_roles
from flowrunner.compiler.bind.places import bind_desk, bind_every_page, bind_places
from flowrunner.compiler.bind.read_before_set import check_order
from flowrunner.compiler.bind.sections import UnboundFlow, gather
from flowrunner.compiler.bind.sources import bind_sources
from flowrunner.compiler.bind.steps import bind_steps
from flowrunner.compiler.bind.texts import bind_shared, text_under
from flowrunner.compiler.bind.timers import bind_timers
from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Scalar
from flowrunner.diagnostics.codes import CANNOT_HOLD, NAME_TAKEN
from flowrunner.diagnostics.diagnostic import Diagnostic, has_errors, in_order
from flowrunner.model.flow import Flow
from flowrunner.span import Span

UTC_NAME = "UTC"
DESK = "desk"


class Bound(Struct, frozen=True):
    """What came of binding. `flow` is None when there are errors."""

    flow: Flow | None
    diagnostics: tuple[Diagnostic, ...]


def bind(files: Mapping[str, MappingNode], entry: str, lines: Lines) -> Bound:
    """Bind the flow in the file `entry` with its parts. All trees have the shape of a flow or a part.

    `lines` are the lines of each file, to point at characters inside texts and expressions.
    """
    findings = Findings(lines)
    draft = gather(files, entry, findings)
    texts = {name: text.node for name, text in draft["texts"].items()}
    binder = Binder(draft, findings, Expander(texts, findings))
    zone, binder.zone = _zone(binder)
    switches = compile_all(binder, names_of(binder))
    flow = _flow(binder, switches, zone)
    _check_name(binder)
    if not has_errors(findings.all):
        check_order(flow, findings)
    diagnostics = in_order(findings.all)
    return Bound(None if has_errors(diagnostics) else flow, diagnostics)


def _flow(binder: Binder, switches: frozenset[str], zone: str) -> Flow:
    root, draft = binder.draft.root, binder.draft
    fields = bind_fields(binder)
    retention = root.get("retention")
    languages = root.get("languages")
    start = binder.known("step", root.get("start"), draft["steps"])
    return Flow(
        name=characters(root.get("flow")) or "",
        languages=draft.languages,
        title=text_under(binder, root, "title"),
        start=start or "",
        steps=bind_steps(binder, fields),
        fields=fields.by_name,
        territory=characters(root.get("territory")),
        time_zone=zone,
        roles=bind_roles(binder),
        accounts=bind_accounts(binder),
        resume=bind_names(binder, root.get("resume")),
        undecided=binder.duration(under(retention, "undecided")),
        decided=binder.duration(under(retention, "decided")),
        purposes=bind_purposes(binder),
        sources=bind_sources(binder),
        conditions=bind_conditions(binder, switches),
        codes=bind_codes(binder),
        messages=bind_messages(binder),
        timers=bind_timers(binder),
        every_page=bind_every_page(binder, fields),
        places=bind_places(binder, fields),
        desk=bind_desk(binder),
        texts=bind_shared(binder),
        span=_head(draft),
        languages_span=languages.span if languages is not None else draft.root.span,
    )


def _check_name(binder: Binder) -> None:
    """The address of the desk is that of all flows."""
    node = binder.draft.root.get("flow")
    if isinstance(node, Scalar) and node.value == DESK:
        binder.findings.add(NAME_TAKEN, node.span, "reserved", {"name": node.value})


def _head(draft: UnboundFlow) -> Span:
    key = draft.root.key("flow")
    return key.span if key is not None else draft.root.span


def _zone(binder: Binder) -> tuple[str, tzinfo]:
    node = binder.draft.root.get("time_zone")
    if not isinstance(node, Scalar):
        return UTC_NAME, UTC
    try:
        return node.value, ZoneInfo(node.value)
    except (ValueError, OSError, LookupError):
        binder.findings.add(CANNOT_HOLD, node.span, "time_zone", {"found": node.value[:60]})
        return UTC_NAME, UTC
