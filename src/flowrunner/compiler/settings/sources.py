"""Whether the settings fit the flows: FR0. Every source has a connector, and every connector can serve its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Node, Scalar, at, to_data
from flowrunner.diagnostics.codes import CANNOT_SERVE, NO_CONNECTOR, NO_SUCH_FLOW
from flowrunner.diagnostics.diagnostic import Diagnostic, in_order
from flowrunner.model.flow import Flow, Source
from flowrunner.registry import nearest
from flowrunner.sources.base import Misfit
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.span import Span

# Keys of the settings that go from the name of a flow to something.
BY_FLOW = ("sources", "sample_accounts", "calls", "notify")


def check_sources(root: MappingNode, flows: Iterable[Flow], unsound: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """What does not fit. `root` is the settings file as it is written, of the right shape.

    `flows` are those that compile. `unsound` are the names of those that do not: nothing is said of them.
    """
    by_name = {flow.name: flow for flow in flows}
    names = tuple(dict.fromkeys((*by_name, *unsound)))
    diagnostics = list(_unknown_flows(root, names))
    for flow in by_name.values():
        diagnostics += _of_flow(root, flow)
    return in_order(diagnostics)


def _unknown_flows(root: MappingNode, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    for key in BY_FLOW:
        for name, _ in _entries(root.get(key)):
            if name.value not in names:
                values = {"name": name.value[:60]}
                yield Diagnostic(NO_SUCH_FLOW, name.span, "unknown_flow", values, nearest(name.value, names))


def _of_flow(root: MappingNode, flow: Flow) -> Iterator[Diagnostic]:
    configured = _of(root, "sources", flow.name)
    written = {name.value: (name, node) for name, node in _entries(configured)}
    for name, (key, node) in written.items():
        if name in flow.sources:
            yield from _of_source(flow.sources[name], key, node)
    yield from _unknown_sources(flow, configured)
    yield from _unknown_sources(flow, _of(root, "calls", flow.name))
    for name in flow.sources:
        if name not in written:
            yield Diagnostic(NO_CONNECTOR, _where_missing(root, flow.name), values={"flow": flow.name, "name": name})


def _of(root: MappingNode, key: str, flow: str) -> Node | None:
    by_flow = root.get(key)
    return by_flow.get(flow) if isinstance(by_flow, MappingNode) else None


def _unknown_sources(flow: Flow, configured: Node | None) -> Iterator[Diagnostic]:
    for name, _ in _entries(configured):
        if name.value not in flow.sources:
            values = {"flow": flow.name, "name": name.value[:60]}
            yield Diagnostic(NO_SUCH_FLOW, name.span, "unknown_source", values, nearest(name.value, flow.sources))


def _of_source(source: Source, key: Scalar, node: Node) -> Iterator[Diagnostic]:
    configuration = to_data(node)
    for misfit in CONNECTORS[configuration["connector"]].misfits(source, configuration):
        yield Diagnostic(CANNOT_SERVE, _span(key, node, misfit), misfit.variant, misfit.values, misfit.nearest)


def _span(key: Scalar, node: Node, misfit: Misfit) -> Span:
    """The key that is wrong when it is its name that is wrong, else its value."""
    if not misfit.at:
        return key.span
    parent = at(node, misfit.at[:-1])
    own = parent.key(str(misfit.at[-1])) if isinstance(parent, MappingNode) else None
    value = at(node, misfit.at)
    if own is not None and (misfit.variant.startswith("unknown") or not isinstance(value, Scalar)):
        return own.span
    return value.span if value is not node else key.span


def _where_missing(root: MappingNode, flow: str) -> Span:
    """The nearest key under which it could stand."""
    sources = root.get("sources")
    own = sources.key(flow) if isinstance(sources, MappingNode) else None
    key = own or root.key("sources")
    return key.span if key is not None else Span(root.span.file, 1, 1, 1, 1)


def _entries(node: Node | None) -> Iterable[tuple[Scalar, Node]]:
    return node.entries if isinstance(node, MappingNode) else ()
