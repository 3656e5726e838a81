"""Formatting changes nothing of what a flow means, in whatever order its keys stand, and loses no comment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.format.comments import read_comments
from flowrunner.compiler.format.key_order import Places, places_of
from flowrunner.compiler.format.writer import Writer
from flowrunner.compiler.nouns import noun_of
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.compiler.schema.flow import flow_schema
from flowrunner.model.flow import Flow
from flowrunner.span import Span
from tests.compiler.format.test_layout import formatted

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("flows/*.yaml"), *ROOT.glob("tests/flows/valid/*.yaml")])
FLOWS = [path for path in FILES if "\nflow:" in path.read_text("utf-8")]
SCENARIOS = sorted([*ROOT.glob("flows/scenarios/*/*.yaml"), *ROOT.glob("tests/flows/scenarios/*/*.yaml")])
Shuffle = Callable[[list[Any]], list[Any]]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def plain(value: Any) -> Any:
    """A flow as plain values in their order: without places in files, its texts without spaces and apostrophes."""
    if isinstance(value, str):
        return "".join(value.split()).replace("’", "'")
    if isinstance(value, Struct) or (is_dataclass(value) and not isinstance(value, type)):
        names = value.__struct_fields__ if isinstance(value, Struct) else [field.name for field in fields(value)]
        own = [(name, getattr(value, name)) for name in names]
        return [type(value).__name__, *((name, plain(found)) for name, found in own if not isinstance(found, Span))]
    if isinstance(value, Mapping):
        return [(plain(key), plain(found)) for key, found in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(found) for found in value]
    if isinstance(value, (set, frozenset)):
        return sorted(repr(plain(found)) for found in value)
    return value if isinstance(value, (int, float, type(None))) else type(value).__name__


def compiled(path: Path, text: str) -> Flow:
    sources = {**read_bundle(path).sources, path.name: text.encode()}
    made = compile_flow(sources, path.name)
    assert made.flow is not None, [one.message_id for one in made.diagnostics]
    return made.flow


def words_of_the_language() -> frozenset[str]:
    """Every key that the schema knows."""
    found: set[str] = set()

    def look(schema: Any) -> None:
        if isinstance(schema, dict):
            found.update(schema.get("properties", {}))
            for part in schema.values():
                look(part)
        elif isinstance(schema, list):
            for part in schema:
                look(part)

    look(flow_schema())
    return frozenset(found)


KNOWN = words_of_the_language()


def shuffled(text: str, name: str, shuffle: Shuffle) -> str:
    """The same file with the keys of the language in another order, comments and all, and nothing set apart."""
    parsed = parse_yaml(text.encode(), name)
    assert parsed.root is not None
    places = places_of(parsed.root, noun_of(parsed.root, name))
    mixed = {
        ident: tuple(shuffle(list(entries))) if {key.value for key, _ in entries} <= KNOWN else entries
        for ident, entries in places.entries.items()
        if ident not in _named(parsed.root, places)
    }
    lines = text.split("\n")
    other = Places({**places.entries, **mixed}, {})
    writer = Writer(lines, read_comments(parsed.root, lines), other, lambda words, language: words, sections=False)
    return writer.write(parsed.root)


def _named(root: Any, places: Places) -> set[int]:
    """The mappings from names that the author chose: their order is the author's."""
    sections = ("roles", "texts", "choices", "sources", "conditions", "fields", "codes", "messages", "timers", "steps")
    found = {id(root.get(key)) for key in (*sections, "purposes")}
    for key in ("sources", "choices", "fields", "steps"):
        for _, node in root.get(key) or ():
            found |= {id(node.get(inner)) for inner in ("gives", "asks", "on_failure", "labels", "choices", "actions")}
            if key == "choices":
                found.add(id(node))
    return found


class TestOurFiles:
    @pytest.mark.parametrize("path", FILES, ids=named)
    def test_flows_are_as_they_should_be(self, path: Path) -> None:
        text = path.read_text("utf-8")
        assert formatted(text, str(path)) == text

    @pytest.mark.parametrize("path", SCENARIOS, ids=named)
    def test_scenarios_settle_at_once_and_mean_the_same(self, path: Path) -> None:
        text = path.read_text("utf-8")
        assert yaml.safe_load(formatted(text, str(path))) == yaml.safe_load(text)


class TestAnyOrder:
    @pytest.mark.parametrize("path", FLOWS, ids=named)
    @settings(max_examples=6)
    @given(data=st.data())
    def test_the_flow_and_its_comments_stay(self, path: Path, data: st.DataObject) -> None:
        chance = data.draw(st.randoms(use_true_random=False))
        text = path.read_text("utf-8")
        mixed = shuffled(text, str(path), lambda entries: chance.sample(entries, len(entries)))
        again = formatted(mixed, str(path))
        assert plain(compiled(path, again)) == plain(compiled(path, text))
        assert sorted(again.split()) == sorted(text.split())

    @pytest.mark.parametrize("path", FLOWS, ids=named)
    def test_the_order_is_put_back(self, path: Path) -> None:
        text = path.read_text("utf-8")
        mixed = shuffled(text, str(path), lambda entries: entries[::-1])
        assert mixed != text
        lines = [line.strip() for line in formatted(mixed, str(path)).splitlines() if not line.strip().startswith("#")]
        assert [line for line in lines if line] == [
            line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
        ]


class TestAnyLayout:
    """Lines are indented, broken and commented at random: what still can be read is formatted, and settles at once."""

    @settings(max_examples=60)
    @given(data=st.data())
    def test_what_can_be_read_keeps_its_meaning_and_its_comments(self, data: st.DataObject) -> None:
        chance = data.draw(st.randoms(use_true_random=False))
        lines = chance.choice(FILES).read_text("utf-8").split("\n")
        start = chance.randrange(len(lines))
        piece = [*lines[:6], *lines[start : start + 40]]
        for _ in range(chance.randrange(6)):
            place = chance.randrange(len(piece))
            match chance.randrange(4):
                case 0:
                    piece.insert(place, " " * chance.randrange(9) + "# remark")
                case 1:
                    piece.insert(place, "")
                case 2:
                    piece[place] += "   # remark"
                case 3:
                    piece[place] = piece[place].replace(", ", ",\n" + " " * chance.randrange(4, 12), 1)
        text = "\n".join(piece)
        if parse_yaml(text.encode(), "flow.yaml").root is not None:
            again = formatted(text)
            assert again.count("# remark") == text.count("# remark")
