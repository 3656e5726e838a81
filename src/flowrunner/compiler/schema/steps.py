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

SHOWN = ("status", "title", "enter", "content")
ASKS = ("fields", "look_up")
LEADS = ("actions", "next", "next_label")

# In the order in which they are written; `flowrunner format` sets it.
KEYS_OF_KIND: dict[str, tuple[str, ...]] = {
    "page": ("kind", "role", "reveals", "exclusive", *SHOWN, *ASKS, *LEADS),
    "decision": ("kind", "reveals", "exclusive", "next"),
    "sign_in": ("kind", "exclusive", *SHOWN, *LEADS),
    "wait": ("kind", "role", "reveals", "exclusive", *SHOWN, *ASKS, *LEADS),
    "end": ("kind", "outcome", *SHOWN),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "page": (),
    "decision": ("next",),
    "sign_in": ("title",),
    "wait": ("title",),
    "end": ("outcome", "title"),
}


def definitions() -> dict[str, Schema]:
    """`step`, and one schema for each kind."""
    found = {f"{kind}_step": _step(kind) for kind in KEYS_OF_KIND}
    found["step"] = {
        "type": "object",
        "properties": {"kind": said(one_of(KEYS_OF_KIND), "What kind of step it is; page when it is not said.")},
        "allOf": [_if_kind(kind) for kind in KEYS_OF_KIND],
    }
    return found


def _if_kind(kind: str) -> Schema:
    is_kind: Schema = {"properties": {"kind": {"const": kind}}}
    if kind != "page":
        is_kind["required"] = ["kind"]
    return {"if": is_kind, "then": ref(f"{kind}_step")}


def _step(kind: str) -> Schema:
    keys = _keys()
    chosen = {key: keys[key] for key in KEYS_OF_KIND[kind]}
    chosen["kind"] = said({"const": kind}, _KINDS[kind])
    return mapping(chosen, REQUIRED[kind])


_KINDS = {
    "page": "A page that asks or tells something.",
    "decision": "Branches only; nobody sees it.",
    "sign_in": "Signing in, by the account of the case's e-mail only.",
    "wait": "Another role or a timer acts; the owner lands here too.",
    "end": "The case ends here.",
}


def _keys() -> Keys:
    return {
        "kind": one_of(KEYS_OF_KIND),
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
