"""Steps, each kind with its own keys."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.compiler.schema.branches import effects
from flowrunner.json_schema import Keys, Schema, described
from flowrunner.step_kinds.base import StepKind
from flowrunner.step_kinds.built_in import STEP_KINDS
from flowrunner.step_kinds.page import PageStep


def definitions() -> dict[str, Schema]:
    """`step`, and one schema for each kind."""
    about = "What kind of step it is; page when it is not said."
    step = schema.one_kind("kind", STEP_KINDS.names, "step", about, otherwise=PageStep.name)
    return {**{f"{kind.name}_step": _step(kind) for kind in STEP_KINDS.values()}, "step": step}


def _step(kind: StepKind) -> Schema:
    keys = _keys()
    chosen = {key: keys[key] for key in kind.keys}
    return schema.mapping({**chosen, "kind": described({"const": kind.name}, kind.description)}, kind.required)


def _keys() -> Keys:
    return {
        "kind": schema.one_of(STEP_KINDS.names),
        "role": schema.name("Who acts here; the owner when it is not said."),
        "title": schema.text("The heading; a page with one field may leave it out."),
        "status": schema.text("How the case stands while it is here."),
        "content": schema.ref("content", "What the page shows, in reading order."),
        "enter": described(effects(), "What is done when a visit begins."),
        "fields": schema.array_of(schema.ref("field_use"), "Short for a last block of fields.", least=1),
        "look_up": schema.array_of(schema.ref("look_up"), "Sources that are asked when the page is sent."),
        "reveals": schema.scalar("Why this step may tell whether an account exists."),
        "next": schema.ref("next", "The step that follows, a branch, or a list of branches: the first that holds."),
        "next_label": schema.text("The words on the button; Continue when it is not said."),
        "actions": schema.named(schema.ref("action"), "Other buttons."),
        "exclusive": schema.yes_no("Accepted, and read by nothing yet."),
        "outcome": schema.name("How the case ended."),
    }
