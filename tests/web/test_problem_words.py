"""Whatever can be wrong with what a person sent has words, in each language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.i18n.translations import MissingWord, languages
from flowrunner.i18n.words import words
from flowrunner.model.case import Problem
from flowrunner.rules.built_in import RULES
from flowrunner.rules.words import word_of

ROOMS = ("fields", "rules", "runtime", "service", "web")
# How a problem is made: these calls have its code as their second argument.
MAKERS = frozenset({"Problem", "problem", "_problem", "refusal"})
# A code that is a parameter, or read from data, can be any of those that the callers say, or of the rules.
PASSED_ON = frozenset({"code", "use.rule"})


class Module:
    """The codes of problems that one module can raise: literal ones, and those that its own functions return."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text("utf-8"))
        self.unknown: list[str] = []

    def codes(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MAKERS and len(node.args) > 1:
                found = set(self._values(node.args[1], 0))
                if not found and ast.unparse(node.args[1]) not in PASSED_ON:
                    self.unknown.append(f"{self.path.name}:{node.lineno} {ast.unparse(node.args[1])}")
                yield from found

    def _values(self, node: ast.expr, depth: int) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from self._values(node.body, depth)
            yield from self._values(node.orelse, depth)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Call) and depth < 4:
            for value in self._said(_name(node.func if isinstance(node, ast.Call) else node)):
                yield from self._values(value, depth + 1)

    def _said(self, name: str) -> Iterator[ast.expr]:
        """What a name is set to anywhere in the module, and what a function of that name returns."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(_name(target) == name for target in targets):
                    yield node.value
            elif isinstance(node, ast.FunctionDef) and node.name == name:
                yield from (r.value for r in ast.walk(node) if isinstance(r, ast.Return) and r.value is not None)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    source = Path(__file__).parents[2] / "src" / "flowrunner"
    return [Module(path) for room in ROOMS for path in sorted((source / room).rglob("*.py"))]


class TestProblemWords:
    def test_every_code_that_the_source_names_has_words(self, modules: list[Module]) -> None:
        codes = {code for module in modules for code in module.codes()} | set(RULES.names)
        assert [place for module in modules for place in module.unknown] == []
        assert {"required", "too_soon", "source_failed", "wrong_account", "send_again", "file_too_big"} <= codes
        missing = [
            (language, kind, code)
            for language in languages()
            for kind in FIELD_TYPES.names
            for code in sorted(codes)
            if not _has_words(language, code, kind)
        ]
        assert missing == []


def _has_words(language: str, code: str, kind: str) -> bool:
    try:
        return bool(word_of(words(language), Problem("field", code), kind))
    except MissingWord:
        return False
