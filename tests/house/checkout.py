"""The files of the checkout, as git sees them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "flowrunner"


def files() -> Iterator[Path]:
    """Every file that is tracked, or will be once it is added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout.decode()
    for name in sorted(filter(None, listed.split("\0"))):
        if (REPOSITORY / name).is_file():
            yield REPOSITORY / name


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def rooms() -> set[str]:
    """The modules and packages that stand directly in the package."""
    found = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return {name for name in found if not name.startswith("__")}
