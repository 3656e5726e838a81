"""Which migrations there are and which ones a database has had.

Alembic, which runs them, is slow to load and large: whoever only serves asks here and does without it.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parent / "versions"
_TABLE = "alembic_version"


@cache
def newest(folder: Path = VERSIONS) -> frozenset[str]:
    """The revisions that no other one follows."""
    followed: dict[str, object] = {}
    for path in sorted(folder.glob("*.py")):
        constants = _constants(path)
        if isinstance(revision := constants.get("revision"), str):
            followed[revision] = constants.get("down_revision")
    before: set[object] = set()
    for down in followed.values():
        before |= set(down) if isinstance(down, tuple | list) else {down}
    return frozenset(followed.keys() - before)


def current_heads(connection: Connection) -> frozenset[str]:
    """The revisions that the database is at; none when it is new."""
    if not inspect(connection).has_table(_TABLE):
        return frozenset()
    return frozenset(connection.execute(text(f"select version_num from {_TABLE}")).scalars())  # noqa: S608 - ours


def is_current(connection: Connection) -> bool:
    """Whether the database has had every migration that there is."""
    return current_heads(connection) == newest()


def _constants(path: Path) -> dict[str, object]:
    """What a migration says of itself, read without running it."""
    constants: dict[str, object] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant | ast.Tuple | ast.List):
            constants[target.id] = ast.literal_eval(value)
    return constants
