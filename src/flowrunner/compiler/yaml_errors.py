"""What the YAML reader could not read, in words that its author knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from flowrunner.compiler.yaml_mistakes import Slip, slip_in_line
from flowrunner.diagnostics.codes import SYNTAX
from flowrunner.diagnostics.diagnostic import Diagnostic, Related
from flowrunner.span import Span

LOOK_BACK = 60
MOST_CANDIDATES = 6

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What the YAML reader says (the fast one and the pure one put it differently), and the sentence that we say instead.
_PROBLEMS: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", "colon"),
    ("unexpected ':'", "colon"),
    ("could not find expected ':'", "no_colon"),
    ("sequence entries are not allowed", "dash"),
    ("',' or ']'", "bracket"),
    ("',' or '}'", "brace"),
    ("unexpected end of stream", "quote"),
    ("cannot start any token", "start"),
    ("unknown escape", "escape"),
    ("hexdecimal", "escape"),
    ("hexadecimal", "escape"),
    ("invalid Unicode character escape", "escape"),
    ("comment or line break", "block_header"),
    ("expected chomping", "block_header"),
    ("indentation indicator", "block_header"),
    ("tab character", "tab"),
    ("document indicator", "several"),
    ("<document start>", "after_end"),
    ("expected '-' indicator", "no_dash"),
    ("expected key", "no_key"),
    ("expected <block end>", "no_key"),
    ("node content", "no_value"),
    ("directive", "directive"),
    ("YAML document", "directive"),
)
_KEY_LINE = re.compile(r"( *)(?:- +)*([A-Za-z_][\w.-]*):(?: +([^\s#\"'|>{\[].*))?$")


def explain_yaml_error(error: yaml.MarkedYAMLError, lines: list[str], file: str) -> tuple[Diagnostic, list[str] | None]:
    """The diagnostic, and the lines mended so that what comes after can be read too (None: there is no telling)."""
    place = _line(error, lines)
    for number in _candidates(error, lines):
        slip = slip_in_line(lines[number - 1])
        if slip is None:
            continue
        mended = [*lines[: number - 1], slip.mended, *lines[number:]]
        if _reads_further(mended, slip, number, place):
            return slip.diagnostic(file, number), mended
    return _plainly(error, lines, file), None


def _line(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> int:
    """The line (from 1) at which the reader noticed; an open quote is noticed at the end, and counts from its start."""
    mark = error.problem_mark or error.context_mark
    if _variant(error) in ("quote", "no_colon") and error.context_mark is not None:
        mark = error.context_mark
    return min(mark.line + 1, len(lines)) if mark is not None else 1


def _candidates(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Iterator[int]:
    """Lines (from 1) that may be to blame: where the reader stopped, where it began, the one before, open quotes."""
    seen: list[int] = []
    marks = [mark.line + 1 for mark in (error.problem_mark, error.context_mark) if mark is not None]
    here = min(marks[0], len(lines)) if marks else 1
    before = next((number for number in range(here - 1, 0, -1) if lines[number - 1].strip()), here)
    quotes = (
        number
        for number in range(here, max(0, here - LOOK_BACK), -1)
        if (slip := slip_in_line(lines[number - 1])) is not None and slip.variant == "open_quote"
    )
    for number in (*marks, before, *quotes):
        if number not in seen and 1 <= number <= len(lines):
            seen.append(number)
    yield from seen[:MOST_CANDIDATES]


def _reads_further(mended: list[str], slip: Slip, number: int, place: int) -> bool:
    try:
        for _ in yaml.parse("\n".join(mended), Loader=_LOADER):
            pass
    except yaml.MarkedYAMLError as error:
        now = _line(error, mended)
        return now > max(place, number) or (slip.variant == "open_quote" and number < now < place)
    except yaml.YAMLError:
        return False
    return True


def _variant(error: yaml.MarkedYAMLError) -> str:
    problem = f"{error.problem or ''}"
    return next((variant for words, variant in _PROBLEMS if words in problem), "other")


def _plainly(error: yaml.MarkedYAMLError, lines: Sequence[str], file: str) -> Diagnostic:
    variant = _variant(error)
    mark = error.problem_mark or error.context_mark
    if variant in ("quote", "no_colon") and error.context_mark is not None:
        mark = error.context_mark
    span = _point(mark, lines, file)
    if variant in ("bracket", "brace") and error.context_mark is not None:
        return Diagnostic(SYNTAX, span, variant, related=(Related(_point(error.context_mark, lines, file), "opened"),))
    if variant == "colon" and (above := _text_above(span.line, lines)):
        return Diagnostic(SYNTAX, span, "under_text", {"line": str(above)})
    return Diagnostic(SYNTAX, span, variant)


def _point(mark: Any, lines: Sequence[str], file: str) -> Span:
    if mark is None:
        return Span(file, 1, 1, 1, 1)
    if mark.line >= len(lines) or (mark.line == len(lines) - 1 and not lines[-1]):
        number = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 1)
        column = len(lines[number - 1].rstrip()) + 1
        return Span(file, number, column, number, column)
    column = min(mark.column, len(lines[mark.line])) + 1
    return Span(file, mark.line + 1, column, mark.line + 1, column + 1)


def _text_above(number: int, lines: Sequence[str]) -> int | None:
    """The line above that has its text already, when this line stands further to the right as if it belonged to it."""
    here = _KEY_LINE.match(lines[number - 1])
    above = next((line for line in range(number - 1, 0, -1) if lines[line - 1].strip()), 0)
    text = _KEY_LINE.match(lines[above - 1]) if above else None
    if here is None or text is None or text[3] is None:
        return None
    return above if len(here[1]) > len(text[1]) else None
