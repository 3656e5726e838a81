"""Short flows for tests: a head that is always the same, and what the test writes."""

from __future__ import annotations

from textwrap import dedent

from flowrunner.compiler.pipeline import Compiled, compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.model.flow import Flow

FILE = "flow.yaml"
_HEAD = "flowrunner: 1\nflow: test\nlanguages: [{languages}]\ntitle: Test\nstart: {start}\n"
_STEPS = "steps:\n  only: {kind: end, outcome: over, title: Over}\n"


def compiled(body: str, *, languages: str = "en", start: str = "only", **parts: str) -> Compiled:
    """Compile a flow with this body; without steps it gets one. `parts` are further files by name."""
    body = dedent(body).rstrip("\n") + "\n"
    head = _HEAD.format(languages=languages, start=start)
    whole = head + body + ("" if "\nsteps:" in f"\n{body}" else _STEPS)
    sources = {FILE: whole.encode(), **{f"{name}.yaml": dedent(words).encode() for name, words in parts.items()}}
    return compile_flow(sources, FILE)


def flow_of(body: str, *, languages: str = "en", start: str = "only", **parts: str) -> Flow:
    """The flow, which must have no errors."""
    made = compiled(body, languages=languages, start=start, **parts)
    assert made.flow is not None, [told(one) for one in made.diagnostics]
    return made.flow


def found(body: str, *, languages: str = "en", start: str = "only", **parts: str) -> list[str]:
    """Code, variant, and the characters that each diagnostic is about, when they stand on one line."""
    made = compiled(body, languages=languages, start=start, **parts)
    lines = {name: text.split("\n") for name, text in made.texts.items()}
    shown = []
    for one in made.diagnostics:
        span = one.span
        about = lines[span.file][span.line - 1][span.column - 1 : span.end_column - 1]
        shown.append(f"{told(one)} {about if span.line == span.end_line else '…'}")
    return shown


def told(one: Diagnostic) -> str:
    """The code and the variant of a diagnostic."""
    return f"{one.code}.{one.variant}"
