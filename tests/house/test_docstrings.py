"""What a docstring names is there: an error after `Raises`, a dotted path of ours, a file, a name with underscores."""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from tests.house.checkout import PACKAGE, REPOSITORY, rooms

ERRORS = re.compile(r"\b[Rr]aises? ((?:(?:[a-z]+'s )?`?[A-Z]\w+`?(?:, (?:and )?| and | or )?)+)")
QUOTED = re.compile(r"`([^`]+)`")
DOTTED = re.compile(r"\w+(?:\.\w+)+")
SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)+")
FILE = re.compile(r"(?:src|tests|docs|bench)/[\w/]+\.\w+")

ROOMS = rooms()

# Names that are not ours: a function or a package of a library, a name that an author might write.
FOREIGN = frozenset({"cell_len", "flask_wtf", "secure_filename", "start_page"})


class Names(Struct, frozen=True):
    """What the package defines. `members` are a class's own by its name, with those of its bases; `words` all else that
    its sources name or quote."""

    modules: Mapping[str, ast.Module]
    members: Mapping[str, set[str]]
    words: set[str]

    def has_error(self, name: str) -> bool:
        return name in self.members or name in self.words or hasattr(builtins, name)

    def has_path(self, dotted: str) -> bool:
        """Whether a path is there, if it is one of ours: it begins with a room of the package or with a class."""
        first, *rest = dotted.split(".")
        if first in self.members:
            return rest[0] in self.members[first]
        if first not in {module.split(".")[0] for module in self.modules}:
            return True
        module, names = dotted, list[str]()
        while module not in self.modules:
            module, _, last = module.rpartition(".")
            names.insert(0, last)
        return not names or names[0] in defined(self.modules[module])


def defined(tree: ast.AST) -> set[str]:
    """What is bound at the top of a module or in the body of a class, and what its methods set on `self`."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr[0] != "_"}


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each text that stands alone: of a module, a class, a function, or under a name that it describes."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, " ".join(text.split())


def names_of(modules: Mapping[str, ast.Module]) -> Names:
    members: dict[str, set[str]] = defaultdict(set)
    bases: dict[str, set[str]] = defaultdict(set)
    words = {part for module in modules for part in module.split(".")}
    for tree in modules.values():
        texts = {text for _, text in docstrings(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                members[node.name] |= defined(node)
                bases[node.name] |= {base.id for base in node.bases if isinstance(base, ast.Name)}
            words |= words_of(node, texts)
    for name, own in members.items():
        waiting = set(bases[name])
        while waiting:
            base = waiting.pop()
            own.update(members.get(base, set()))
            waiting |= bases.get(base, set())
    return Names(modules, dict(members), words)


def words_of(node: Any, texts: set[str]) -> set[str]:
    """The names in a node of a tree, and those in a text of it that is no docstring."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return set() if " ".join(node.value.split()) in texts else set(re.findall(r"\w+", node.value))
    if isinstance(node, ast.alias):
        return {node.asname or node.name}
    return {str(getattr(node, key)) for key in ("id", "attr", "arg", "name") if getattr(node, key, None)}


def missing(names: Names, text: str) -> Iterator[str]:
    """What a docstring names that is not there."""
    for errors in ERRORS.findall(text):
        yield from (error for error in re.findall(r"[A-Z]\w+", errors) if not names.has_error(error))
    for quoted in QUOTED.findall(text):
        name = quoted.removesuffix("()")
        if not is_there(names, name):
            yield name


def is_there(names: Names, name: str) -> bool:
    """Whether a quoted name is there, or is none that can be looked up."""
    if FILE.fullmatch(name):
        return (REPOSITORY / name).exists()
    if DOTTED.fullmatch(name):
        return name.endswith((".yaml", ".md", ".txt")) or names.has_path(name)
    return not SNAKE.fullmatch(name) or name in names.words | FOREIGN


@cache
def package() -> Names:
    paths = (path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "versions")
    dotted = (path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".") for path in paths)
    return names_of(
        {
            module.removesuffix(".__init__"): ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text("utf-8"))
            for module in dotted
        }
    )


class TestDocstrings:
    def test_what_is_named_is_there(self) -> None:
        names = package()
        assert [
            f"{module}:{line}: {name}"
            for module, tree in names.modules.items()
            for line, text in docstrings(tree)
            for name in missing(names, text)
        ] == []

    def test_what_documents_name_is_there(self) -> None:
        documents = [*REPOSITORY.glob("docs/**/*.md"), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
        assert [
            f"{document.name}: {name}"
            for document in documents
            for name in QUOTED.findall(document.read_text(encoding="utf-8"))
            if DOTTED.fullmatch(name) and name.split(".")[0] in ROOMS and not is_there(package(), name)
        ] == []

    def test_each_kind_is_seen(self) -> None:
        sources = {
            "room": "",
            "room.rows": "class Row(Base):\n    size: int\n    def find(self): ...\nROWS = ()",
            "room.base": "class Base:\n    def __init__(self): self.key = 1\nclass Busy(Exception): ...",
        }
        names = names_of({module: ast.parse(source) for module, source in sources.items()})
        there = "Raises Busy and KeyError. `room.rows.Row`, `room.rows.ROWS`, `Row.find()`, `Row.key`, `msgspec.Struct`"
        assert list(missing(names, there)) == []
        gone = (
            "Raises Busy, Crowded and `Gone`. `room.row`, `room.rows.Rows`, `Row.rows`, `tests/no.py`, `sealed_files`"
        )
        assert list(missing(names, gone)) == [
            *("Crowded", "Gone", "room.row", "room.rows.Rows", "Row.rows"),
            *("tests/no.py", "sealed_files"),
        ]
