"""What a flow that is wrong on purpose says about itself, so that a test can hold `check` against it.

`tests/flows/invalid/<name>.yaml` begins with one line for each diagnostic that it must give, and gives no other:

    # expect: FR102 6:3
    # expect: FR107.torn 8:14
    # expect: FR305 parts/shared.yaml:4:3

That is the code (with the variant where it matters), then line and column of its start, counted with these lines; the
file stands before them when it is another one, relative to the folder. A file that cannot begin so (empty, not UTF-8)
has the same lines, without `# expect: `, in `<name>.expect` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flowrunner.diagnostics.diagnostic import Diagnostic

INVALID = Path(__file__).parents[1] / "flows" / "invalid"
_LINE = re.compile(r"(FR[0-9]{3})(?:\.([a-z0-9_]+))? (?:(\S+):)?([0-9]+):([0-9]+)")
_HEADER = "# expect: "


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """One diagnostic that must come; `variant` "" stands for any, `file` "" for the flow itself."""

    file: str
    line: int
    column: int
    code: str
    variant: str = ""


def invalid_flows(prefix: str = "") -> list[Path]:
    """The flows that are wrong on purpose and whose names begin with `prefix`, in order."""
    return sorted(INVALID.glob(f"{prefix}*.yaml"))


def expected(path: Path) -> list[Expectation]:
    """What a file says that must come. Raises ValueError when it says nothing, or says it wrongly."""
    found = [_read(line, path) for line in _written(path)]
    if not found:
        raise ValueError(f"{path.name} expects nothing: begin it with `{_HEADER}CODE LINE:COLUMN`")
    return sorted(found)


def given(diagnostics: Iterable[Diagnostic], flow: str) -> list[Expectation]:
    """Diagnostics as expectations; `flow` is the name that those about the flow itself carry."""
    return sorted(
        Expectation(
            "" if one.span.file == flow else one.span.file, one.span.line, one.span.column, one.code, one.variant
        )
        for one in diagnostics
    )


def differences(diagnostics: Iterable[Diagnostic], path: Path, flow: str) -> list[str]:
    """What was expected and did not come, and what came and was not expected; empty when all is as it should be."""
    left = given(diagnostics, flow)
    missing: list[str] = []
    for wanted in expected(path):
        match = next((one for one in left if _same(one, wanted)), None)
        if match is None:
            missing.append(f"missing: {wanted}")
        else:
            left.remove(match)
    return missing + [f"not expected: {one}" for one in left]


def _same(one: Expectation, wanted: Expectation) -> bool:
    place = (one.file, one.line, one.column, one.code) == (wanted.file, wanted.line, wanted.column, wanted.code)
    return place and wanted.variant in ("", one.variant)


def _written(path: Path) -> list[str]:
    beside = path.with_suffix(".expect")
    if beside.exists():
        return beside.read_text(encoding="utf-8").splitlines()
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(_HEADER) for line in lines if line.startswith(_HEADER)]


def _read(line: str, path: Path) -> Expectation:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"{path.name}: {line!r} is not `CODE LINE:COLUMN`")
    code, variant, file, number, column = match.groups()
    return Expectation(file or "", int(number), int(column), code, variant or "")
