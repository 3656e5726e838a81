"""A flow as a picture: its steps and the ways between them, as DOT (Graphviz) and Mermaid text.

A timer that can fire in many steps is drawn as a node of its own, so that it does not hide the rest.

pydot and graphviz were weighed: they write DOT, and Mermaid is asked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from flowrunner.model.flow import Flow, Step
from flowrunner.model.graph import Edge, edges
from flowrunner.text.text import Text

LONGEST_LINE = 40
MOST_TIMER_LINES = 2
_DASHED = frozenset({"return", "back", "change", "taken"})


class _DiagramLine(Struct, frozen=True):
    """A line of the picture: names of nodes, what stands beside it, and whether it is dashed."""

    start: str
    end: str
    label: str
    dashed: bool = False


def as_mermaid(flow: Flow, language: str) -> str:
    """A Mermaid flowchart. `language` is that of the titles."""
    lines = ["flowchart TD"]
    for step in flow.steps.values():
        opened, closed = step.traits.brackets
        label = "<br>".join(_mermaid_escaped(line) for line in _label(step, language))
        lines.append(f'    {_node(step.name)}{opened}"{label}"{closed}')
    lines.extend(f'    {_clock(name)}(("{_mermaid_escaped(name)}"))' for name in _clocks(flow))
    lines.append("    begin(( )) --> " + _node(flow.start))
    for line in _lines(flow):
        arrow = "-.->" if line.dashed else "-->"
        label = "<br>".join(_mermaid_escaped(part) for part in line.label.split("\n"))
        caption = f'|"{label}"|' if label else ""
        lines.append(f"    {line.start} {arrow}{caption} {line.end}")
    return "\n".join(lines) + "\n"


def as_dot(flow: Flow, language: str) -> str:
    """A DOT digraph. `language` is that of the titles."""
    lines = [
        f"digraph {_quoted(flow.name)} {{",
        '    graph [rankdir=TB, fontname="sans-serif"];',
        '    node [fontname="sans-serif", fontsize=11, style=filled, fillcolor=white];',
        '    edge [fontname="sans-serif", fontsize=9];',
        '    begin [shape=circle, label="", width=0.2, fillcolor=black];',
    ]
    for step in flow.steps.values():
        name, *title = _label(step, language)
        label = _quoted("\n".join([name, *title]))
        lines.append(f"    {_node(step.name)} [shape={step.traits.shape}, label={label}];")
    lines.extend(f"    {_clock(clock)} [shape=circle, label={_quoted(clock)}];" for clock in _clocks(flow))
    lines.append(f"    begin -> {_node(flow.start)};")
    for line in _lines(flow):
        style = ", style=dashed" if line.dashed else ""
        lines.append(f"    {line.start} -> {line.end} [label={_quoted(line.label)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


# --- What is drawn ------------------------------------------------------------------------


def _lines(flow: Flow) -> Iterator[_DiagramLine]:
    clocks = frozenset(_clocks(flow))
    for edge in edges(flow):
        if edge.move == "stay" or _timer(edge) in clocks:
            continue
        yield _DiagramLine(_node(edge.step), _node(edge.to), _caption(edge), edge.move in _DASHED)
    for name in clocks:
        to = flow.timers[name].branch.to
        if to is not None:
            yield _DiagramLine(_clock(name), _node(to), "", dashed=True)


def _clocks(flow: Flow) -> tuple[str, ...]:
    """The timers that can fire in more steps than lines are drawn for."""
    count: dict[str, int] = {}
    for edge in edges(flow):
        if name := _timer(edge):
            count[name] = count.get(name, 0) + 1
    return tuple(name for name, lines in count.items() if lines > MOST_TIMER_LINES)


def _timer(edge: Edge) -> str:
    """The timer that takes this way, "" for a button."""
    return edge.trigger.removeprefix("timer:") if edge.trigger.startswith("timer:") else ""


def _caption(edge: Edge) -> str:
    """What stands beside a line: the button where it is not `next`, the guard, what is done."""
    parts: list[str] = []
    if edge.move in ("change", "taken"):
        parts.append(edge.move)
    elif edge.trigger != "next":
        parts.append(edge.trigger.replace(":", " "))
    if edge.when is not None and edge.move != "taken":
        parts.append(f"[{_short(edge.when.source)}]")
    if edge.branch is not None and edge.branch.do and edge.move != "taken":
        done = (
            f"{use.effect} {use.argument}" if isinstance(use.argument, str) else use.effect for use in edge.branch.do
        )
        parts.append("/ " + ", ".join(done))
    return "\n".join(parts)


def _label(step: Step, language: str) -> tuple[str, ...]:
    title = _words(step.title, language)
    role = (f"({step.role})",) if step.role != "owner" else ()
    return (step.name, *_wrapped(title), *role)


def _words(text: Text | None, language: str) -> str:
    if text is None or language not in text.words:
        return ""
    return " ".join(text.words[language].source.split())


def _wrapped(words: str) -> tuple[str, ...]:
    """Lines of at most LONGEST_LINE characters, three at most."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(_short(line) for line in lines[:3])


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_LINE else f"{words[: LONGEST_LINE - 1]}…"


def _node(step: str) -> str:
    """A prefix keeps names such as `end` and `graph` from being words of the drawing language."""
    return f"step_{step}"


def _clock(timer: str) -> str:
    return f"timer_{timer}"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _mermaid_escaped(words: str) -> str:
    """Mermaid reads entities by number, between # and ;."""
    return re.sub(r'["#<>&;{}|\[\]()`]', lambda match: f"#{ord(match[0])};", words)
