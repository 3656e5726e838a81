"""What does not fit the shape is told where it stands, once, and as what the author meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.compiler.bundle import read_bundle
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.pipeline import compile_flow
from flowrunner.compiler.schema.files import Noun
from flowrunner.compiler.shape import check_shape
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.words import words
from tests.compiler.expectations import differences, invalid_flows

ROOT = Path(__file__).parents[2]
SOUND = sorted([*ROOT.glob("flows/*.yaml"), *ROOT.glob("tests/flows/valid/*.yaml")])
SCENARIOS = sorted([*ROOT.glob("flows/scenarios/*/*.yaml"), *ROOT.glob("tests/flows/scenarios/*/*.yaml")])
SETTINGS = [ROOT / "flowrunner.yaml", ROOT / "tests" / "flows" / "flowrunner.yaml"]

SMALL = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
fields:
  age: {{type: integer, label: Age{field}}}
steps:
  one:
    title: One
    fields: [age]
{step}
  two: {{kind: end, outcome: done, title: Two}}
"""


def found(source: str, noun: Noun = "flow") -> list[tuple[str, str]]:
    """Each finding as its sentence's id and the characters that it points at."""
    parsed = parse_yaml(source.encode(), "small.yaml")
    assert parsed.root is not None, parsed.diagnostics
    return [(one.message_id, _pointed_at(one, source)) for one in check_shape(parsed.root, noun)]


def _pointed_at(one: Diagnostic, source: str) -> str:
    line = source.splitlines()[one.span.line - 1]
    return line[one.span.column - 1 : one.span.end_column - 1 if one.span.end_line == one.span.line else None]


def small(step: str = "    next: two", field: str = "") -> str:
    return SMALL.format(step=step, field=field)


class TestSoundFiles:
    @pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
    def test_flows_fit(self, path: Path) -> None:
        root = parse_yaml(path.read_bytes(), path.name).root
        assert root is not None
        assert check_shape(root) == ()

    @pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
    def test_scenarios_fit(self, path: Path) -> None:
        root = parse_yaml(path.read_bytes(), path.name).root
        assert root is not None
        assert check_shape(root, "scenario") == ()

    @pytest.mark.parametrize("path", SETTINGS, ids=lambda path: path.parent.name)
    def test_settings_fit(self, path: Path) -> None:
        root = parse_yaml(path.read_bytes(), path.name).root
        assert root is not None
        assert check_shape(root, "settings") == ()


class TestInvalidFlows:
    @pytest.mark.parametrize("path", invalid_flows("fr2"), ids=lambda path: path.stem)
    def test_gives_what_it_names_and_nothing_else(self, path: Path) -> None:
        bundle = read_bundle(path)
        compiled = compile_flow(bundle.sources, bundle.entry)
        assert differences(compiled.diagnostics, path, path.name) == []
        assert compiled.flow is None

    @pytest.mark.parametrize("path", invalid_flows("fr2"), ids=lambda path: path.stem)
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_is_told_in_both_languages(self, path: Path, language: str) -> None:
        bundle = read_bundle(path)
        for one in compile_flow(bundle.sources, bundle.entry).diagnostics:
            assert one.message(words(language))
            assert one.help(words(language))


class TestMisfits:
    def test_a_sound_flow_has_none(self) -> None:
        assert found(small()) == []

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            ("    nxt: two", [("FR201.found", "nxt")]),
            ("    next: {go: two, when: age > 3, whne: x}", [("FR201.found", "whne")]),
            ("    next: {go: Two}", [("FR204.pattern", "Two")]),
            ("    next: {go: two, return: one}", [("FR207.found", "return")]),
            ("    next: [{go: two, do: [submitt]}]", [("FR204.found", "submitt")]),
            ("    next: [{go: two, do: [{submit: x}]}]", [("FR201.found", "submit")]),
            ("    enter: [{send: x, remember: y}]\n    next: two", [("FR207.found", "remember")]),
            ("    next:", [("FR203.empty", "next")]),
            ("    kind: pagee\n    next: two", [("FR204.found", "pagee")]),
            ("    exclusive: no\n    next: two", [("FR204.found", "no")]),
        ],
    )
    def test_each_slip_in_a_step_is_told_once(self, step: str, expected: list[tuple[str, str]]) -> None:
        assert found(small(step)) == expected

    @pytest.mark.parametrize(
        ("field", "expected"),
        [
            (", optonal: true", [("FR201.of", "optonal")]),
            (", rules: [{mni: 3}]", [("FR201.found", "mni")]),
            (", rules: [{min: 3, mni: 3}]", [("FR201.found", "mni")]),
            (", rules: [{message: No}]", [("FR202.one_of", "{message: No}")]),
            (", label_: x", [("FR201.of", "label_")]),
            (", hint: [a]", [("FR203.found", "[a]")]),
            (", kinds: [pdf]", [("FR201.of", "kinds")]),
            ("}\n  scan: {type: file, label: Scan, kinds: [pdf, jpg, pdf]", [("FR204.twice", "pdf")]),
        ],
    )
    def test_each_slip_in_a_field_is_told_once(self, field: str, expected: list[tuple[str, str]]) -> None:
        assert found(small(field=field)) == expected

    def test_a_misspelt_key_that_is_required_is_not_told_as_missing_too(self) -> None:
        assert found(small().replace("title: Small", "titel: Small")) == [("FR201.found", "titel")]

    def test_a_name_ends_where_its_characters_do(self) -> None:
        assert found(small().replace("start: one", 'start: "one\\n"')) == [("FR204.pattern", '"one\\n"')]

    def test_the_nearest_key_is_that_of_the_kind_of_step(self) -> None:
        root = parse_yaml(small("    titel: x\n    next: two").encode(), "small.yaml").root
        assert root is not None
        assert [one.nearest for one in check_shape(root)] == ["title"]

    def test_values_that_editors_resolve_stay_characters(self) -> None:
        assert found(small("    next: no").replace("start: one", "start: on")) == []

    def test_a_part_may_not_hold_what_only_a_flow_has(self) -> None:
        part = "flowrunner: 1\npart: shared\nlanguages: [en]\nsteps: {}\n"
        assert found(part) == [("FR201.found", "steps")]


class TestScenariosAndSettings:
    def test_a_scenario_is_told_what_does_not_fit(self) -> None:
        source = "flow: small\nwalk:\n  - pres: next\n    expect: {stpe: two}\n    covers: [one]\n"
        assert found(source, "scenario") == [
            ("FR201.found", "pres"),
            ("FR201.found", "stpe"),
            ("FR204.whole_number", "one"),
        ]

    def test_settings_are_told_what_does_not_fit(self) -> None:
        source = "port: many\nsources:\n  small:\n    register: {connector: cvs}\n    other: {file: x}\n"
        assert found(source, "settings") == [
            ("FR204.whole_number", "many"),
            ("FR204.found", "cvs"),
            ("FR202.found", "{file: x}"),
        ]


WORDS = """
flowrunner flow part languages title start steps fields type label choices next go when do rules min content text kind
actions sources gives en x
"""
KEYS = st.sampled_from(WORDS.split())
SCALARS = st.sampled_from(["", "1", "true", "text", "choice", "one", "end", "é", "a: b", "on", "-", "\n", "x" * 100])
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


class TestAnyTree:
    @settings(max_examples=150, deadline=None)
    @given(st.dictionaries(KEYS, TREES, min_size=1, max_size=6), st.sampled_from(["flow", "scenario", "settings"]))
    def test_ends_in_findings_that_stand_in_the_file(self, data: dict[str, Any], noun: Noun) -> None:
        source = yaml.safe_dump(data, allow_unicode=True)
        root = parse_yaml(source.encode(), "any.yaml").root
        if root is None:
            return
        told = check_shape(root, noun)
        assert len(set(told)) == len(told)
        lines = source.splitlines() or [""]
        for one in told:
            assert 1 <= one.span.line <= len(lines)
            for language in ("en", "fr"):
                assert one.message(words(language))
                assert one.help(words(language))

    def test_a_tree_deeper_than_any_schema_is_told(self) -> None:
        deep = "x"
        for _ in range(50):
            deep = f"{{a: {deep}}}"
        assert found(small(f"    status: {deep}")) != []
