"""The import contract of pyproject.toml: complete, kept, and able to fail."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.checkout import PACKAGE, REPOSITORY, rooms

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
CONTRACTS: list[dict[str, Any]] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]

# Lines put at the end of files of the package, and the contract that they must break.
FAULTS: dict[str, tuple[str, dict[str, str]]] = {
    "upwards": ("Floors", {"model/__init__.py": "import flowrunner.compiler"}),
    "upwards, in a function": ("Floors", {"model/__init__.py": "def _() -> None:\n    import flowrunner.runtime"}),
    "to a neighbour": ("Floors", {"sources/__init__.py": "import flowrunner.effects"}),
    "a room that no floor names": ("Floors", {"lobby.py": "import flowrunner.errors"}),
    "Flask in the core": ("Wall: Flask", {"runtime/__init__.py": "import flask"}),
    "click in the core": ("Wall: click", {"rules/__init__.py": "from click import echo"}),
    "transitions elsewhere": ("Wall: transitions", {"runtime/__init__.py": "import transitions.core"}),
    "SQLAlchemy elsewhere": ("Wall: SQLAlchemy", {"fields/__init__.py": "from sqlalchemy import select"}),
    "rows from the pages": ("Wall: store", {"web/__init__.py": "from flowrunner.store import cases"}),
    "rows from a command": ("Wall: store", {"cli/__init__.py": "def _() -> None:\n    import flowrunner.store"}),
    "rows from the worker": ("Wall: store", {"worker/__init__.py": "import flowrunner.store.outbox"}),
    "rows from a scenario": ("Wall: store", {"scenarios/__init__.py": "import flowrunner.store"}),
    "gunicorn elsewhere": ("Wall: gunicorn", {"cli/__init__.py": "from gunicorn.app.base import BaseApplication"}),
    "a circle": ("No circle", {"span.py": "import flowrunner.text", "text.py": "import flowrunner.span"}),
}

# Rooms that no transaction comes to, by whatever name, and how one is begun.
ABOVE_SERVICE = ("cli", "web", "worker", "scenarios")
BEGINS = frozenset({"reading", "writing", "glancing"})


def transactions(source: str) -> list[int]:
    """The lines on which a source names a transaction, or begins one of a database."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and node.id.lower() == "transaction")
        or (isinstance(node, ast.arg) and node.arg.lower() == "transaction")
        or (isinstance(node, ast.alias) and node.name.rpartition(".")[2] == "Transaction")
        or (isinstance(node, ast.Attribute) and node.attr in BEGINS and ast.unparse(node.value).endswith("database"))
    ]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-cache"]
    environment = {"PYTHONPATH": str(folder)}
    return subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of the contract, to spoil."""
    shutil.copytree(PACKAGE, tmp_path / "flowrunner", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


class TestFloors:
    def test_the_contract_is_exhaustive(self) -> None:
        (floors,) = (contract for contract in CONTRACTS if contract["type"] == "layers")
        assert floors["exhaustive"] is True
        assert "exhaustive_ignores" not in floors
        assert "ignore_imports" not in floors
        named = {name for layer in floors["layers"] for name in re.findall(r"\w+", layer)}
        assert rooms() - named == set()

    def test_the_copy_keeps_every_contract(self, copy: Path) -> None:
        result = lint(copy)
        assert result.returncode == 0, result.stdout + result.stderr
        assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in result.stdout

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_wrong_import_is_found(self, copy: Path, fault: str) -> None:
        contract, lines = FAULTS[fault]
        for file, line in lines.items():
            with (copy / "flowrunner" / file).open("a", encoding="utf-8") as source:
                source.write(f"\n\n{line}\n")
        result = lint(copy)
        assert result.returncode == 1, result.stdout + result.stderr
        assert re.search(rf"^{contract}.* BROKEN", result.stdout, re.MULTILINE), result.stdout


class TestTransactions:
    @pytest.mark.parametrize("room", ABOVE_SERVICE)
    def test_none_leaves_the_service(self, room: str) -> None:
        found = {
            str(path): lines
            for path in sorted((PACKAGE / room).rglob("*.py"))
            if (lines := transactions(path.read_text(encoding="utf-8")))
        }
        assert found == {}

    @pytest.mark.parametrize(
        "source",
        [
            "from flowrunner.service.home import Transaction",
            "def also(transaction, visitor): ...",
            "with services().context.database.writing() as held: ...",
            "begin = database.reading",
            "find_visitor(flow, lambda transaction, who: None)",
            "def find(of: Transaction) -> None: ...",
        ],
    )
    def test_one_that_does_is_found(self, source: str) -> None:
        assert transactions(source) == [1]
