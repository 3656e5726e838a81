"""What a page shows: blocks in reading order."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flowrunner.compiler.schema.pieces import (
    DOTTED_NAME,
    NAME,
    SCALAR,
    Schema,
    array_of,
    exactly_one,
    expression,
    mapping,
    name,
    one_of,
    ref,
    said,
    scalar,
    text,
)
from flowrunner.compiler.schema.texts import lang, places

NOTICES = ("info", "success", "warning", "danger")
LINKS = ("page", "flow", "step", "address")


# What no place of an account has, because it is about no case; and what only reads a case that was submitted.
OF_A_CASE = frozenset({"summary", "copy", "documents", "fields"})
NOT_TO_READ = frozenset({"fields", "list"})


def definitions() -> dict[str, Schema]:
    """The blocks of a page, of a place of an account, and of what was submitted, each with its content."""
    blocks = {
        "text": said(text(), "Words in Markdown."),
        "notice": said(ref("notice"), "A box that draws attention."),
        "details": said(ref("details"), "Words that open when asked for."),
        "summary": said(array_of(_summary_line(), least=1), "Answers given before, with links that change them."),
        "copy": said(ref("copy"), "A value with a button that copies it."),
        "documents": said(name(), "The files of a field, each with its status."),
        "link": said(ref("link"), "A link to a page of ours, a flow, a step or an address."),
        "fields": said(array_of(ref("field_use"), least=1), "Questions."),
        "list": said(_list(), "A list of the account's cases or messages."),
    }
    return {
        "notice": _notice(),
        "details": _details(),
        "copy": _copy(),
        "link": _link(),
        **_content("", blocks, {"list"}),
        **_content("place_", blocks, OF_A_CASE),
        **_content("submitted_", blocks, NOT_TO_READ),
    }


def _content(prefix: str, blocks: Mapping[str, Schema], without: Collection[str]) -> dict[str, Schema]:
    kinds = {name: schema for name, schema in blocks.items() if name not in without}
    beside = {"when": said(expression(), "Shown only if this holds."), "lang": lang()}
    block = {**mapping({**kinds, **beside}), "oneOf": exactly_one(kinds)}
    return {f"{prefix}block": block, f"{prefix}content": array_of(ref(f"{prefix}block"))}


def _notice() -> Schema:
    kind = said(one_of(NOTICES), "How it is drawn: info, success, warning or danger.")
    return mapping({"kind": kind, "text": said(text(), "What it says.")}, ["kind", "text"])


def _details() -> Schema:
    keys = {"title": said(text(), "The words to press."), "text": said(text(), "The words that open.")}
    return mapping(keys, ["title", "text"])


def _summary_line() -> Schema:
    shown = said(array_of(name(), least=1), "Fields shown together.")
    change = said(scalar(pattern=NAME), "The step where they are changed, or never.")
    return mapping({"fields": shown, "change": change}, ["fields", "change"])


def _copy() -> Schema:
    keys = {"value": said(expression(), "What is copied."), "label": said(text(), "The words on the button.")}
    return mapping(keys, ["value", "label"])


def _link() -> Schema:
    keys = {
        "page": said(one_of(places()), "A page of the interpreter."),
        "flow": said(scalar(), "Another flow, by its name."),
        "step": said(name(), "A step of this flow."),
        "address": said(text(), "An address on the web; it may differ by language."),
        "text": said(text(), "The words of the link."),
    }
    return {**mapping(keys, ["text"]), "oneOf": exactly_one(LINKS)}


def _list() -> Schema:
    keys = {
        "of": said(one_of(["cases", "messages"]), "What it lists."),
        "submitted": said(text(), "The words of the link to what was submitted."),
        "title": said(text(), "Its heading."),
    }
    return mapping(keys, ["of"])


def place(name: str) -> Schema:
    """A page that every flow has, shaped by the flow."""
    content = "submitted_content" if name == "submitted" else "place_content"
    return mapping({"title": said(text(), "Its heading."), "content": said(ref(content), "What it shows.")})


def desk() -> Schema:
    """Where staff work."""
    what: Schema = {"type": list(SCALAR), "enum": ["answers", "facts", "files", "history"]}
    keys = {
        "columns": said(array_of(scalar(pattern=DOTTED_NAME)), "What the list shows."),
        "show": said(array_of(what), "What the page of a case shows."),
    }
    return mapping(keys)
