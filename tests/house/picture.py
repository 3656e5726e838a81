"""Draws the house from its import contract: `python -m tests.house.picture` prints the DOT that `make house` draws.

A line is a floor, a box a room; what stands in a box is a room inside it, and the same noun has the same colour on
every floor.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator

from tests.house.checkout import PACKAGE, REPOSITORY

NOUNS = {
    "sessions": "#dbe9f6",
    "cases": "#fbe3cf",
    "accounts": "#dff0d8",
    "desk": "#f3dcea",
    "uploads": "#e6e0f3",
    "mail": "#fdf3c8",
    "sources": "#d5efee",
    "upkeep": "#eae4dc",
}
ROOM = "#ffffff"


def floors() -> list[list[str]]:
    """The rooms of each floor, the highest first, as the contract of `pyproject.toml` has them."""
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [re.findall(r"\w+", layer) for layer in layers]


def inside(room: str) -> list[str]:
    """The rooms inside a room."""
    return sorted(path.parent.name for path in (PACKAGE / room).glob("*/__init__.py"))


def dot() -> str:
    """The picture, for graphviz."""
    lines = "".join(f"<tr>{''.join(_cells(floor))}</tr>" for floor in floors())
    return (
        'digraph house { graph [margin=0, bgcolor=white]; node [shape=plain, fontname="sans-serif", fontsize=12];\n'
        f'house [label=<<table border="0" cellborder="0" cellspacing="6">{lines}</table>>]; }}\n'
    )


def _cells(floor: list[str]) -> Iterator[str]:
    boxes = "".join(f"<td>{_box(room)}</td>" for room in floor)
    yield f'<td align="left"><table border="0" cellspacing="0" cellpadding="2"><tr>{boxes}</tr></table></td>'


def _box(room: str) -> str:
    rooms = [name for name in inside(room) if name != "versions"]
    own = f'<tr><td colspan="{max(1, len(rooms))}" border="0"><b>{room}</b></td></tr>'
    cells = "".join(f'<td border="1" bgcolor="{NOUNS.get(name, ROOM)}">{name}</td>' for name in rooms)
    colour = NOUNS.get(room, "#f4f4f4")
    return (
        f'<table border="1" cellborder="0" cellspacing="4" cellpadding="4" bgcolor="{colour}">{own}'
        f"{f'<tr>{cells}</tr>' if cells else ''}</table>"
    )


if __name__ == "__main__":
    sys.stdout.write(dot())
