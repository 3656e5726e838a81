"""From bytes to a flow: parse (FR1), shape (FR2), bind (FR3). A stage starts only if the one before found no error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from flowrunner.compiler.bind import bind
from flowrunner.compiler.bundle import includes, is_inside
from flowrunner.compiler.decode import split_lines
from flowrunner.compiler.nodes import Mapping as MappingNode
from flowrunner.compiler.nodes import Scalar
from flowrunner.compiler.parse import Parsed, parse_yaml
from flowrunner.diagnostics.codes import INCLUDE
from flowrunner.diagnostics.diagnostic import Diagnostic, has_errors, in_order
from flowrunner.model.flow import Flow


class Compiled(Struct, frozen=True):
    """`flow` is None when there are errors. `texts` are the characters of each file, for showing lines."""

    flow: Flow | None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def compile_flow(sources: Mapping[str, bytes], entry: str, *, sound: bool = False) -> Compiled:
    """Compile the flow in the file `entry` with the parts that it includes.

    `sources` is file name → bytes, names relative to the folder of the flow. Any bytes end in a flow or in diagnostics;
    of those that this same program has found `sound`, the shape is not checked again.
    """
    parsed = {entry: parse_yaml(sources.get(entry, b""), entry)}
    diagnostics: list[Diagnostic] = []
    for scalar in includes(parsed[entry].root):
        problem = _include_problem(scalar, sources, parsed)
        if problem is not None:
            diagnostics.append(Diagnostic(INCLUDE, scalar.span, problem, {"file": scalar.value}))
        else:
            parsed[scalar.value] = parse_yaml(sources[scalar.value], scalar.value)
    diagnostics += [diagnostic for file in parsed.values() for diagnostic in file.diagnostics]
    roots = {name: file.root for name, file in parsed.items() if file.root is not None}
    if not has_errors(diagnostics):
        diagnostics += _beginnings(roots, entry, parsed[entry])
    if not sound and not has_errors(diagnostics):
        diagnostics += _misfits(roots)
    return _bound(roots, entry, parsed, diagnostics)


def _bound(
    roots: Mapping[str, MappingNode], entry: str, parsed: Mapping[str, Parsed], diagnostics: list[Diagnostic]
) -> Compiled:
    texts = {name: file.text for name, file in parsed.items()}
    if has_errors(diagnostics):
        return Compiled(None, in_order(diagnostics), texts)
    lines = {name: split_lines(text) for name, text in texts.items()}
    bound = bind(roots, entry, lines)
    return Compiled(bound.flow, in_order([*diagnostics, *bound.diagnostics]), texts)


def _misfits(roots: Mapping[str, MappingNode]) -> list[Diagnostic]:
    # JSON Schema is large and slow to load; a process that only serves does without it.
    from flowrunner.compiler.shape import check_shape

    return [diagnostic for root in roots.values() for diagnostic in check_shape(root)]


def _include_problem(scalar: Scalar, sources: Mapping[str, bytes], parsed: Mapping[str, Parsed]) -> str | None:
    if not is_inside(scalar.value):
        return "outside"
    if scalar.value in parsed:
        return "twice"
    return None if scalar.value in sources else "missing_file"


def _beginnings(roots: Mapping[str, MappingNode], entry: str, own: Parsed) -> Iterator[Diagnostic]:
    """A flow begins with `flow:`, what it includes with `part:`."""
    key = roots[entry].key("part")
    if key is not None and "flow" not in roots[entry]:
        yield Diagnostic(INCLUDE, key.span, "not_a_flow", {"file": entry})
    by_file = {scalar.value: scalar for scalar in includes(own.root)}
    for name, root in roots.items():
        if name != entry and "part" not in root:
            yield Diagnostic(INCLUDE, by_file[name].span, "not_a_part", {"file": name})
