"""What holds of every kind of step, whoever wrote it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flowrunner import step_kinds
from flowrunner.compiler.schema.flow import flow_schema
from flowrunner.model.diagram import as_dot, as_mermaid
from flowrunner.step_kinds.built_in import STEP_KINDS
from tests.compiler.bind.writing import flow_of

PACKAGE = Path(step_kinds.__file__).parents[1]
KEYS = {
    "title": "T",
    "outcome": "over",
    "next": {"go": "last"},
}


def step(name: str) -> dict[str, object]:
    """A step of this kind that has what it must have."""
    kind = STEP_KINDS[name]
    return {"kind": name, **{key: KEYS[key] for key in kind.required}}


@pytest.mark.parametrize("name", STEP_KINDS.names)
class TestEveryKind:
    def test_it_must_have_what_it_says_and_nothing_that_it_does_not_know(self, name: str) -> None:
        schema = flow_schema()
        judge = Draft202012Validator({"$ref": "#/$defs/step", "$defs": schema["$defs"]})
        assert judge.is_valid(step(name))
        assert not judge.is_valid({**step(name), "unheard_of": "x"})
        for key in STEP_KINDS[name].required:
            assert not judge.is_valid({other: value for other, value in step(name).items() if other != key})

    def test_a_picture_shows_it(self, name: str) -> None:
        kind = STEP_KINDS[name]
        flow = flow_of(
            f"steps: {{first: {step(name)}, last: {{kind: end, outcome: over, title: Last}}}}", start="first"
        )
        assert f"[shape={kind.shape}, " in as_dot(flow, "en")
        opened, closed = kind.brackets
        assert f'first{opened}"' in as_mermaid(flow, "en")
        assert closed in as_mermaid(flow, "en")

    def test_without_a_way_on_it_leads_to_the_next_step_or_nowhere(self, name: str) -> None:
        if "next" in STEP_KINDS[name].required:
            assert not STEP_KINDS[name].ends
            return
        flow = flow_of(
            f"steps: {{first: {step(name)}, last: {{kind: end, outcome: over, title: Last}}}}", start="first"
        )
        assert [branch.to for branch in flow.steps["first"].next] == (["last"] if STEP_KINDS[name].follows else [])


class TestNoRoomAsksByName:
    def test_a_step_is_asked_what_its_kind_does(self) -> None:
        """What is done for one kind alone would not be done for that of another package."""
        asked = [
            f"{path.relative_to(PACKAGE)}:{node.lineno}"
            for path in sorted(PACKAGE.rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Compare)
            and any(isinstance(side, ast.Attribute) and side.attr == "kind" for side in (node.left, *node.comparators))
            and {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)} & set(STEP_KINDS.names)
        ]
        assert asked == []
