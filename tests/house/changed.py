"""Prints the tests of the rooms that changed, for `make check`: `python -m tests.house.changed [BASE]`.

A room has changed when a file of it differs from BASE (HEAD: what is not committed yet) or is new.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from tests.house.checkout import REPOSITORY

TESTS = REPOSITORY / "tests"
# What is no Python is read by these rooms.
READERS = {
    "locales": "i18n",
    "translation": "translation",
    "schemas": "schemas",
    "docs": "docs",
    "bench": "house",
    "requirements": "house",
}


def changed(base: str) -> list[str]:
    """Names of the files that differ from `base`, and of the new ones."""
    differ = ["git", "diff", "--name-only", "--no-renames", base, "--"]
    new = ["git", "ls-files", "--others", "--exclude-standard"]
    lists = [
        subprocess.run(c, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout for c in (differ, new)
    ]
    return "".join(lists).splitlines()


def select(names: Iterable[str]) -> list[str]:
    """The test folders and files of these files, each once; `tests/house` is always among them."""
    paths = {TESTS / "house", *(path for name in names for path in _read_by(PurePosixPath(name)))}
    inside = {path for path in paths if any(parent in paths for parent in path.parents)}
    return sorted(path.relative_to(REPOSITORY).as_posix() for path in paths - inside)


def _read_by(name: PurePosixPath) -> Iterator[Path]:
    first, *rest = name.parts
    if first == "tests" and name.name.startswith("test_"):
        if (REPOSITORY / name).exists():
            yield REPOSITORY / name
    elif first == "tests":
        yield from _nearest(name.parts[1:-1])
    elif name.parts[:2] == ("src", "flowrunner"):
        yield from _nearest([*(part for part in rest[1:-1] if part != "templates"), name.stem])
    elif first in READERS:
        yield TESTS / READERS[first]


def _nearest(parts: Iterable[str]) -> Iterator[Path]:
    """The whole folder of a room; of a room with rooms inside it, the tests that stand in none of these."""
    folder, whole = TESTS, False
    for part in parts:
        if not (folder / part).is_dir():
            break
        folder, whole = folder / part, True
    if whole and not any(folder.glob("*/test_*.py")):
        yield folder
    elif whole:
        yield from folder.glob("test_*.py")


if __name__ == "__main__":
    sys.stdout.write("\n".join(select(changed(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))) + "\n")
