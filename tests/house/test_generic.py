"""Nothing of any service stands in the program: another YAML file is another service."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from flowrunner.compiler.schema.flow import flow_schema
from flowrunner.i18n.translations import languages
from tests.entries import entries

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "flowrunner"
LISTS = ("steps", "fields", "conditions", "sources", "messages", "codes", "timers", "texts", "choices", "roles")
WORD = re.compile(r"[a-z][a-z0-9_]*")


def services() -> list[dict[str, object]]:
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "flows").glob("*.yaml"))]


def ids(service: dict[str, object]) -> set[str]:
    """The names that a flow declares, and the ids of its choices and actions."""
    found = {str(service.get("flow") or service.get("part"))}
    for key in LISTS:
        declared = service.get(key) or {}
        assert isinstance(declared, dict)
        found |= set(declared)
    choices = service.get("choices") or {}
    steps = service.get("steps") or {}
    assert isinstance(choices, dict)
    assert isinstance(steps, dict)
    for values in choices.values():
        found |= set(values)
    for step in steps.values():
        found |= set(step.get("actions", {}))
    return found


def labels(part: object) -> set[str]:
    """Every text that a person reads, in each language."""
    if isinstance(part, dict):
        own = {value for key, value in part.items() if key in ("en", "fr", "label") and isinstance(value, str)}
        return own.union(*(labels(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(labels(value) for value in part)) if part else set()
    return set()


def words_of_the_language() -> set[str]:
    """What the language itself calls something: its keys, parts and reserved records, read from its own schema."""
    schema = str(flow_schema())
    return set(WORD.findall(schema))


def words_of_the_program() -> set[str]:
    """The ids and words of the interpreter's own catalogues."""
    found: set[str] = set()
    for language in languages():
        for ident, sentence in entries(language).items():
            found |= set(WORD.findall(ident))
            found.add(sentence[0])
    return found


def program() -> dict[Path, str]:
    kinds = ("*.py", "*.html", "*.css", "*.xml", "*.txt", "*.svg")
    return {path: path.read_text("utf-8") for kind in kinds for path in SOURCE.rglob(kind)}


class TestGeneric:
    """An id or a label of `flows/` that occurs in the program, other than as a word of the language, is a leak."""

    def test_no_id_of_a_service_stands_in_the_program(self) -> None:
        allowed = words_of_the_language() | words_of_the_program()
        own = set().union(*(ids(service) for service in services())) - allowed
        assert len(own) > 60
        leaks = {
            (str(path.relative_to(ROOT)), name)
            for path, text in program().items()
            for name in own & set(re.findall(r"""["'>]([a-z][a-z0-9_]*)["'<]""", text))
        }
        assert leaks == set()

    def test_no_label_of_a_service_stands_in_the_program(self) -> None:
        said = words_of_the_program()
        own = {label.strip() for service in services() for label in labels(service)} - said
        long_enough = {label for label in own if len(label) > 11}
        assert len(long_enough) > 150
        leaks = {
            (str(path.relative_to(ROOT)), label)
            for path, text in program().items()
            for label in long_enough
            if label in text
        }
        assert leaks == set()

    def test_nothing_of_this_domain_is_named(self) -> None:
        names = re.compile(r"\bIRCC\b|\bCICC\b|\bCCIC\b|cic\.gc\.ca|representative|regulator|membership", re.IGNORECASE)
        leaks = {
            (str(path.relative_to(ROOT)), number)
            for path, text in program().items()
            for number, line in enumerate(text.splitlines(), 1)
            if names.search(line)
        }
        assert leaks == set()
