"""What binding finds: each slip of an author becomes one diagnostic at the characters that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowrunner.compiler.bind.locate import Lines, part_of, part_within
from flowrunner.compiler.nodes import Scalar
from flowrunner.diagnostics.codes import CANNOT_HOLD, CIRCLE, EXPRESSION, NAME_TAKEN, TYPES, UNKNOWN_NAME
from flowrunner.diagnostics.diagnostic import Check, Diagnostic, Filling, Related, Term
from flowrunner.model.mistake import Mistake
from flowrunner.registry import nearest
from flowrunner.span import Span

_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(
        ("unknown_name", "no_such_key", "unknown_value", "unknown_filter", "unknown_test", "unknown_unit"), UNKNOWN_NAME
    ),
    **dict.fromkeys(
        ("different_types", "never_a_list", "not_a_yes_no", "not_comparable", "not_ordered", "no_keys", "wrong_type"),
        TYPES,
    ),
    **dict.fromkeys(
        ("not_a_date", "not_a_duration", "not_a_number", "too_long_duration", "too_many_digits", "whole_days"),
        CANNOT_HOLD,
    ),
    "circle": CIRCLE,
}


class Findings:
    """Collects diagnostics; `lines` are those of the files, to point into texts and expressions."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._found: dict[Diagnostic, None] = {}

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """All findings in the order in which they were made, each once."""
        return tuple(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        check: Check,
        span: Span,
        variant: str,
        values: Mapping[str, Filling] | None = None,
        *,
        likely: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note one finding; the same finding twice is one."""
        self._found[Diagnostic(check, span, variant, values or {}, likely, related)] = None

    def unknown(self, noun: str, written: Scalar, names: Iterable[str]) -> None:
        """A name that nothing has: `noun` is `step`, `field`, …; the nearest known name is told."""
        self.add(
            UNKNOWN_NAME,
            written.span,
            f"unknown_{noun}",
            {"name": written.value},
            likely=nearest(written.value, names),
        )

    def taken(self, name: Scalar, first: Span) -> None:
        """A name that another thing of the flow has already."""
        related = (Related(first, "first"),)
        self.add(NAME_TAKEN, name.span, "taken", {"name": name.value, "line": first.line}, related=related)

    def mistakes(self, written: Scalar, mistakes: Iterable[Mistake], shift: int = 0) -> None:
        """The mistakes in an expression or a duration; `shift` is where it begins in the scalar's value."""
        for mistake in mistakes:
            span = written.span
            if mistake.length:
                span = part_of(written, mistake.offset + shift, mistake.length, self._lines)
            self.mistake(mistake, span)

    def mistake(self, mistake: Mistake, span: Span) -> None:
        """One mistake at a span that is already known."""
        check = _CHECKS.get(mistake.code, EXPRESSION)
        values = {name: _filling(check, name, value) for name, value in mistake.values.items()}
        self.add(check, span, mistake.code, values, likely=mistake.nearest)

    def inside(self, whole: Span, source: str, offset: int, length: int) -> Span:
        """The span of some characters of an expression that stands somewhere in `whole`."""
        return part_within(whole, source, offset, length, self._lines)

    def part(self, written: Scalar, offset: int, length: int) -> Span:
        """The span of some characters of a scalar's value."""
        return part_of(written, offset, length, self._lines)


def _filling(check: Check, name: str, value: str) -> Filling:
    """The names of types are words of the catalogue; what the author wrote stays as it is."""
    if check is TYPES and name != "name":
        return Term(f"type_{value.split(' ', 1)[0]}")
    return Term("no_brackets") if name == "wanted" and value == "…" else value
