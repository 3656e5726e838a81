"""What the binders of one flow share: its raw sections, its names and types, and how short things are read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, tzinfo

from msgspec import Struct, field

from flowrunner.compiler.bind.expansion import Expander
from flowrunner.compiler.bind.findings import Findings
from flowrunner.compiler.bind.sections import UnboundFlow
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.model.duration import Duration, parse_duration
from flowrunner.model.expression.expression import Expression, Scope, compile_expression
from flowrunner.model.expression.hole import Filling
from flowrunner.model.mistake import Mistake
from flowrunner.model.types import YES_NO, Type
from flowrunner.span import Span


class Binder(Struct):
    """Made for one flow. `scope` is what expressions may name; it is filled before anything else is bound.

    `fillings` are the holes that are compiled already, by what stands in them and where: shared words are used often.
    """

    draft: UnboundFlow
    findings: Findings
    expander: Expander
    zone: tzinfo = UTC
    scope: Scope = field(default_factory=lambda: Scope({}))
    fillings: dict[tuple[str, Span], Filling] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.draft.languages

    # --- Short things ---

    def expression(self, node: Node | None, expected: Type | None = None) -> Expression | None:
        """Compile what an author wrote where a value is expected; mistakes are noted and nothing comes back."""
        if not isinstance(node, Scalar):
            return None
        compiled = self.tried(node, expected)
        if isinstance(compiled, Expression):
            return compiled
        self.findings.mistakes(node, compiled)
        return None

    def tried(self, node: Scalar, expected: Type | None = None) -> Expression | tuple[Mistake, ...]:
        """Compile without noting anything."""
        return compile_expression(node.value, self.scope, expected=expected, span=node.span)

    def guard(self, node: Node | None) -> Expression | None:
        """Compile a `when`."""
        return self.expression(node, YES_NO)

    def duration(self, node: Node | None) -> Duration | None:
        """Read `30 days`."""
        if not isinstance(node, Scalar):
            return None
        parsed = parse_duration(node.value)
        if isinstance(parsed, Mistake):
            self.findings.mistakes(node, (parsed,))
            return None
        return parsed

    def known(self, noun: str, node: Node | None, names: Collection[str]) -> str | None:
        """The name that a scalar holds if there is such a thing, else a finding."""
        if not isinstance(node, Scalar):
            return None
        if node.value in names:
            return node.value
        self.findings.unknown(noun, node, names)
        return None

    def count(self, node: Node | None, least: int = 0) -> int | None:
        """A whole number that is not less than `least`."""
        if not isinstance(node, Scalar):
            return None
        written = node.value.strip()
        if written.isascii() and written.isdigit() and len(written) < 10 and int(written) >= least:
            return int(written)
        self.findings.add(CANNOT_HOLD, node.span, "not_a_count", {"found": node.value[:60], "least": least})
        return None


def yes(node: Node | None) -> bool:
    """Whether a scalar says true. YAML's own spellings count: `true`, `True`, `TRUE`."""
    return isinstance(node, Scalar) and node.value.lower() == "true"


def characters(node: Node | None) -> str | None:
    """The characters of a scalar, None for what is not there or not a scalar."""
    return node.value if isinstance(node, Scalar) and not node.empty else None


def under(node: Node | None, key: str) -> Node | None:
    """What stands behind a key of a mapping; None for anything else."""
    return node.get(key) if isinstance(node, Mapping) else None


def items_of(node: Node | None) -> tuple[Node, ...]:
    """What stands in a list; one thing alone is a list of one."""
    if isinstance(node, Sequence):
        return node.items
    return () if node is None else (node,)
