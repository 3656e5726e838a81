"""Steps, each kind with its own keys."""

from __future__ import annotations

from flowrunner.compiler.schema.branches import effects
from flowrunner.json_schema import (
    Keys,
    Schema,
    array_of,
    mapping,
    name,
    named,
    one_of,
    ref,
    said,
    scalar,
    text,
    yes_no,
)
from flowrunner.step_kinds.base import StepKind
from flowrunner.step_kinds.built_in import STEP_KINDS
from flowrunner.step_kinds.page import PageStep


def definitions() -> dict[str, Schema]:
    """`step`, and one schema for each kind."""
    step = {
        "type": "object",
        "properties": {"kind": said(one_of(STEP_KINDS.names), "What kind of step it is; page when it is not said.")},
        "allOf": [_if_kind(kind.name) for kind in STEP_KINDS.values()],
    }
    return {**{f"{kind.name}_step": _step(kind) for kind in STEP_KINDS.values()}, "step": step}


def _if_kind(kind: str) -> Schema:
    is_kind: Schema = {"properties": {"kind": {"const": kind}}}
    if kind != PageStep.name:
        is_kind["required"] = ["kind"]
    return {"if": is_kind, "then": ref(f"{kind}_step")}


def _step(kind: StepKind) -> Schema:
    keys = _keys()
    chosen = {key: keys[key] for key in kind.keys}
    return mapping({**chosen, "kind": said({"const": kind.name}, kind.description)}, kind.required)


def _keys() -> Keys:
    return {
        "kind": one_of(STEP_KINDS.names),
        "role": said(name(), "Who acts here; the owner when it is not said."),
        "title": said(text(), "The heading; a page with one field may leave it out."),
        "status": said(text(), "How the case stands while it is here."),
        "content": said(ref("content"), "What the page shows, in reading order."),
        "enter": said(effects(), "What is done when a visit begins."),
        "fields": said(array_of(ref("field_use"), least=1), "Short for a last block of fields."),
        "look_up": said(array_of(ref("look_up")), "Sources that are asked when the page is sent."),
        "reveals": said(scalar(), "Why this step may tell whether an account exists."),
        "next": said(ref("next"), "The step that follows, a branch, or a list of branches: the first that holds."),
        "next_label": said(text(), "The words on the button; Continue when it is not said."),
        "actions": said(named(ref("action")), "Other buttons."),
        "exclusive": said(yes_no(), "Accepted, and read by nothing yet."),
        "outcome": said(name(), "How the case ended."),
    }
