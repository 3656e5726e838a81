"""The examples of the reference: each block of YAML, laid over the flow that stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from tests.house.checkout import REPOSITORY

REFERENCE = REPOSITORY / "docs" / "reference"
AROUND = Path(__file__).with_name("around.yaml")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


class Example(Struct, frozen=True):
    """A block of YAML, with the page and the line where it stands."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def data(self) -> Any:
        """What it says, every scalar as characters."""
        return _read(self.text)

    @property
    def noun(self) -> str:
        """What kind of file it is part of."""
        keys = set(self.data)
        if self.page == "settings.md":
            return "settings"
        if self.page == "scenarios.md" and keys & {"walk", "items"}:
            return "items" if "items" in keys else "scenario"
        return "part" if "part" in keys else "whole" if {"flow", "steps"} <= keys else "fragment"


@lru_cache(maxsize=500)
def _read(text: str) -> Any:
    return yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - it makes strings, lists and mappings only


def pages() -> list[Path]:
    return sorted(REFERENCE.glob("*.md"))


def examples() -> Iterator[Example]:
    for path in pages():
        text = path.read_text("utf-8")
        for block in _BLOCK.finditer(text):
            yield Example(path.name, text.count("\n", 0, block.start()) + 2, block[1])


def sections(page: str, level: int) -> dict[str, str]:
    """The text under each heading of a level, by the heading without its backticks."""
    text = (REFERENCE / page).read_text("utf-8")
    bare = _FENCED.sub(lambda block: re.sub("(?m)^#", " ", block[0]), text)
    headings = list(_HEADING.finditer(bare))
    found: dict[str, str] = {}
    for place, heading in enumerate(headings):
        if len(heading[1]) == level:
            ends = (each.start() for each in headings[place + 1 :] if len(each[1]) <= level)
            found[heading[2].replace("`", "")] = text[heading.end() : next(ends, len(text))]
    return found


def whole(example: Example) -> dict[str, bytes]:
    """The files of a flow that has the example in it, by name; `flow.yaml` is the flow."""
    if example.noun == "whole":
        return {"flow.yaml": example.text.encode()}
    around = _read(AROUND.read_text("utf-8"))
    if example.noun == "part":
        return {"flow.yaml": _written({**around, "include": ["part.yaml"]}), "part.yaml": example.text.encode()}
    parts = {
        name: each.text.encode()
        for name in example.data.get("include", ())
        for each in examples()
        if each.noun == "part"
    }
    return {"flow.yaml": _written(_laid_over(around, example.data)), **parts}


def _laid_over(around: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    new = [name for name in over.get("steps", {}) if name not in around["steps"]]
    merged: dict[str, Any] = _merged(around, over)
    steps = merged["steps"]
    begin, rest = steps[around["start"]], {name: step for name, step in steps.items() if name not in new}
    if new:
        # The first page leads to the first step of the example.
        begin = {**begin, "next": [{"when": "member_number == 'M1'", "go": new[0]}, {"go": begin["next"]}]}
    first = {around["start"]: begin, **{name: steps[name] for name in new}}
    merged["steps"] = {**first, **{name: step for name, step in rest.items() if name not in first}}
    return merged


def _merged(under: Any, over: Any) -> Any:
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{key: _merged(under.get(key), value) for key, value in over.items()}}
    return over


def _written(data: Any) -> bytes:
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text.encode()
