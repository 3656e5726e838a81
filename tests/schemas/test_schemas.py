"""The schema files: in step with what is installed, sound, and of use in editors that resolve YAML values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema  # type: ignore[import-untyped]
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from flowrunner.compiler.schema.files import schema_files
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.rules.built_in import RULES

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
FILES = {
    "flow": sorted([*ROOT.glob("flows/*.yaml"), *ROOT.glob("tests/flows/valid/*.yaml")]),
    "scenario": sorted([*ROOT.glob("flows/scenarios/*/*.yaml"), *ROOT.glob("tests/flows/scenarios/*/*.yaml")]),
    "settings": [ROOT / "flowrunner.yaml", ROOT / "tests" / "flows" / "flowrunner.yaml"],
}
CASES = [(noun, path) for noun, paths in FILES.items() for path in paths]


class CoreLoader(yaml.SafeLoader):
    """Resolves values as an editor that reads YAML 1.2 does: true and 12 are, `no` and `on` are not."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "oOyYnN"
}


def schema(noun: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((SCHEMAS / f"{noun}.schema.json").read_text("utf-8"))
    return read


class TestSchemaFiles:
    @pytest.mark.parametrize(("name", "text"), schema_files().items(), ids=lambda value: str(value)[:20])
    def test_are_what_the_command_writes(self, name: str, text: str) -> None:
        assert (SCHEMAS / name).read_text("utf-8") == text, "run: flowrunner schema --write"

    @pytest.mark.parametrize("noun", FILES)
    def test_are_sound_schemas_of_2020_12(self, noun: str) -> None:
        Draft202012Validator.check_schema(schema(noun))
        assert schema(noun)["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    @pytest.mark.parametrize("noun", FILES)
    def test_every_key_says_what_it_is_for(self, noun: str) -> None:
        definitions = schema(noun)["$defs"]
        silent = [
            f"{name}.{key}"
            for name, definition in definitions.items()
            for key, value in definition.get("properties", {}).items()
            if not value.get("description") and "$ref" not in value
        ]
        assert silent == []

    def test_every_field_type_and_rule_is_there(self) -> None:
        definitions = schema("flow")["$defs"]
        assert {f"{kind}_field" for kind in FIELD_TYPES.names} <= set(definitions)
        assert set(RULES.names) <= set(definitions["rule"]["properties"])


class TestFilesAgainstTheirSchema:
    @pytest.mark.parametrize(("noun", "path"), CASES, ids=lambda value: getattr(value, "stem", value))
    def test_fits_as_an_editor_reads_it(self, noun: str, path: Path) -> None:
        data = yaml.load(path.read_bytes(), CoreLoader)  # noqa: S506 - a safe loader of our own
        assert list(Draft202012Validator(schema(noun)).iter_errors(data)) == []

    @pytest.mark.parametrize("noun", FILES)
    def test_fits_by_check_jsonschema(self, noun: str) -> None:
        arguments = ["--schemafile", str(SCHEMAS / f"{noun}.schema.json"), *map(str, FILES[noun])]
        outcome = CliRunner().invoke(check_jsonschema, arguments)
        assert outcome.exit_code == 0, outcome.output

    def test_an_editor_is_told_of_a_misspelt_key(self) -> None:
        data = yaml.load(FILES["flow"][0].read_bytes(), CoreLoader)  # noqa: S506 - a safe loader of our own
        data["feilds"] = {}
        assert not Draft202012Validator(schema("flow")).is_valid(data)


def untold(root: dict[str, Any]) -> list[tuple[str, ...]]:
    """Where a branch asks for a kind of value that nothing asks for before."""

    def branch(one: dict[str, Any]) -> dict[str, Any]:
        then: dict[str, Any] = one.get("then", {})
        return root["$defs"][then["$ref"].rpartition("/")[2]] if "$ref" in then else then

    found: list[tuple[str, ...]] = []
    waiting: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while waiting:
        here, path = waiting.pop()
        if isinstance(here, dict):
            found += [path for one in (here, *here.get("allOf", ())) if "type" in branch(one) and "type" not in here]
            waiting += ((value, (*path, key)) for key, value in here.items() if key != "allOf")
    return found


class TestBranches:
    """`compiler.misfit` tells that a value is no mapping once, where the branches come together."""

    @pytest.mark.parametrize("noun", FILES)
    def test_what_a_branch_says_of_a_kind_is_said_before(self, noun: str) -> None:
        assert untold(schema(noun)) == []

    def test_one_that_says_it_alone_is_found(self) -> None:
        changed = schema("flow")
        del changed["$defs"]["step"]["type"]
        assert set(untold(changed)) == {("$defs", "step")}
