"""Reading a scenario file: YAML with spans, its shape checked, into a `Scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flowrunner.compiler import nodes
from flowrunner.compiler.nodes import Node, Scalar, Sequence, to_data
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.shape import check_shape
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.model.duration import Duration, parse_duration
from flowrunner.scenarios.scenario import UNREADABLE, Expected, Item, Scenario, ScenarioLine
from flowrunner.span import Span


def read_scenario(path: Path, shown_as: str | None = None) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    """The scenario of a file, or None with diagnostics. `items.yaml` is no scenario."""
    name = shown_as or str(path)
    parsed = parse_yaml(path.read_bytes(), name)
    if parsed.root is None:
        return None, parsed.diagnostics
    wrong = check_shape(parsed.root, "scenario")
    if wrong:
        return None, wrong
    reader = _ScenarioReader(name)
    scenario = reader.scenario(parsed.root)
    return (None, tuple(reader.wrong)) if reader.wrong else (scenario, ())


def read_items(path: Path) -> dict[int, Item]:
    """The requirement items of a flow by number."""
    parsed = parse_yaml(path.read_bytes(), str(path))
    data = to_data(parsed.root) if parsed.root is not None else {}
    items = data.get("items", {}) if isinstance(data, dict) else {}
    return {int(number): _item(item) for number, item in items.items() if number.isdigit()}


def _item(item: Any) -> Item:
    named = item.get("shown_by", ()) if isinstance(item, dict) else ()
    return Item(_title(item), tuple(map(str, named)))


def _title(item: Any) -> str:
    title = item.get("title", item) if isinstance(item, dict) else item
    return str(next(iter(title.values()), "")) if isinstance(title, dict) else str(title)


class _ScenarioReader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.wrong: list[Diagnostic] = []

    def scenario(self, root: Node) -> Scenario:
        assert isinstance(root, nodes.Mapping)
        data = to_data(root)
        walk = root.get("walk")
        entries = walk.items if isinstance(walk, Sequence) else ()
        return Scenario(
            file=self.name,
            flow=data["flow"],
            now=self._moment(root.get("now")),
            lines=tuple(self._line(entry) for entry in entries),
            facts=data.get("facts", {}),
            accounts=tuple(data.get("accounts", ())),
            switches={name: value == "true" for name, value in data.get("with", {}).items()},
            language=data.get("language"),
            span=root.span,
            root=root,
        )

    def _moment(self, node: Node | None) -> datetime | None:
        if not isinstance(node, Scalar):
            return None
        try:
            return datetime.fromisoformat(node.value)
        except ValueError:
            self._refuse(node.span, "not_a_moment", node.value)
            return None

    def _duration(self, node: Node | None) -> Duration | None:
        if not isinstance(node, Scalar):
            return None
        duration = parse_duration(node.value)
        if isinstance(duration, Duration):
            return duration
        self._refuse(node.span, "not_a_duration", node.value)
        return None

    def _line(self, entry: Node) -> ScenarioLine:
        assert isinstance(entry, nodes.Mapping)
        data: Mapping[str, Any] = to_data(entry)
        expect = entry.get("expect")
        expected = expect.entries if isinstance(expect, nodes.Mapping) else ()
        return ScenarioLine(
            span=entry.entries[0][0].span if entry.entries else entry.span,
            actor=data.get("as"),
            at=data.get("at"),
            fill=data.get("fill", {}),
            press=data.get("press"),
            open=data.get("open"),
            wait=self._duration(entry.get("wait")),
            sign_in=data.get("sign_in"),
            language=data.get("language"),
            taken=tuple(data.get("taken", ())),
            facts=data.get("facts", {}),
            expect=tuple(Expected(key.value, to_data(value), key.span) for key, value in expected),
            covers=tuple(int(number) for number in data.get("covers", ()) if number.isdigit()),
        )

    def _refuse(self, span: Span, variant: str, excerpt: str) -> None:
        self.wrong.append(Diagnostic(UNREADABLE, span, variant, {"found": excerpt}))
