"""How things are called: a public name stands for one thing, and a local variable says what it holds."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.checkout import PACKAGE

# A name that two modules define is guessed wrong by whoever searches for it. These are the ones with a reason.
TABLE = "one verb for each table of `store`: used as `accounts.add(…)`"
VIEW = "view functions of two blueprints, told apart by their addresses"
CONTRACT = "one contract, one file a part"
TWICE = {
    **dict.fromkeys(("add", "drop", "erase", "find", "forget", "is_to_erase", "keep", "load"), TABLE),
    **dict.fromkeys(("of_account", "post", "redact", "save", "to_erase"), TABLE),
    **dict.fromkeys(("send_again", "send_sign_in", "show", "show_again", "sign_out", "signed_out"), VIEW),
    **dict.fromkeys(("check", "definitions"), CONTRACT),
    **dict.fromkeys(("message", "place"), "a piece of the schema, and the view that shows one"),
    "search": "the use case, and the view of the desk's own search",
    "main": "the entry point of a process, run as `python -m`",
    "session_line": "public pages and the desk each have their own",
}

# Names that say nothing of what they hold. Each has a noun: `account`, `diagnostics`, `row`, `match`, `branch` …
EMPTY_WORDS = frozenset({"asked", "came", "found", "held", "kept", "made", "said", "told", "wanted"})


@cache
def modules() -> dict[str, ast.Module]:
    """Module of the package → its tree; without the migrations, each of which has the two functions of Alembic."""
    paths = (path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "versions")
    return {module_of(path): ast.parse(path.read_text("utf-8")) for path in paths}


def module_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def public_names(tree: ast.Module) -> set[str]:
    """The classes and functions at the top of a module, however often each is defined there."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


def defined_twice(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Public name → the modules that define it, where they are two or more."""
    owners: dict[str, list[str]] = defaultdict(list)
    for module, tree in trees.items():
        for name in public_names(tree):
            owners[name].append(module)
    return {name: names for name, names in owners.items() if len(names) > 1}


def locals_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each variable and parameter that is bound in a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None:
            yield node.lineno, node.name


def empty_locals(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Module → where it binds one of EMPTY_WORDS, as `12: found`."""
    places = {
        module: [f"{line}: {name}" for line, name in locals_of(tree) if name in EMPTY_WORDS]
        for module, tree in trees.items()
    }
    return {module: lines for module, lines in places.items() if lines}


class TestPublicNames:
    def test_a_name_that_is_defined_twice_has_a_reason(self) -> None:
        assert {name: owners for name, owners in defined_twice(modules()).items() if name not in TWICE} == {}

    def test_no_reason_is_left_over(self) -> None:
        assert set(TWICE) - set(defined_twice(modules())) == set()
        assert all(TWICE.values())

    def test_a_second_one_is_seen(self) -> None:
        sources = {
            "a": "class Row: ...\ndef _row(): ...",
            "b": "def row(): ...\nclass Row: ...",
            "c": "def _row(): ...",
        }
        assert defined_twice({module: ast.parse(source) for module, source in sources.items()}) == {"Row": ["a", "b"]}


class TestLocals:
    def test_a_local_says_what_it_holds(self) -> None:
        assert empty_locals(modules()) == {}

    def test_each_kind_of_local_is_seen(self) -> None:
        source = (
            "def work(made, *said):\n"
            "    for found in made: pass\n"
            "    with said as wanted: pass\n"
            "    match made:\n"
            "        case [wanted, *found]: pass\n"
            "    return lambda found: (made := [said for said in found])\n"
        )
        names = sorted(name for _, name in locals_of(ast.parse(source)))
        assert names == ["found", "found", "found", "made", "made", "said", "said", "wanted", "wanted"]
