"""The schema of a scenario, and of the list of requirement items beside the scenarios of a flow."""

from __future__ import annotations

from flowrunner.compiler.schema import texts
from flowrunner.compiler.schema.flow import DRAFT
from flowrunner.json_schema import (
    FLOW_NAME,
    NAME,
    WHOLE_NUMBER,
    Keys,
    Schema,
    anything,
    array_of,
    mapping,
    name,
    named,
    ref,
    said,
    scalar,
    text,
    yes_no,
)


def scenario_schema() -> Schema:
    """A mapping with `items:` is the list of items, any other a scenario."""
    return {
        "$schema": DRAFT,
        "title": "A scenario of a flow, or the list of its requirement items",
        "type": "object",
        "if": {"required": ["items"]},
        "then": ref("items"),
        "else": ref("scenario"),
        "$defs": {
            **texts.definitions(),
            "items": _items(),
            "scenario": _scenario(),
            "line": _line(),
            "expect": _expect(),
        },
    }


def _items() -> Schema:
    tests = said(array_of(scalar(), least=1), "Tests of the program that show it, where no scenario can.")
    item = mapping({"title": said(text(), "What is required."), "shown_by": tests}, ["title"])
    items = named(item, names=WHOLE_NUMBER, least=1)
    return mapping({"flow": _flow(), "items": said(items, "The items by number.")}, ["flow", "items"])


def _flow() -> Schema:
    return said(scalar(pattern=FLOW_NAME), "The flow that it is about.")


def _scenario() -> Schema:
    keys: Keys = {
        "flow": _flow(),
        "about": said(text(), "What the scenario shows, in a sentence."),
        "language": said(ref("language"), "The language in which it is played."),
        "now": said(scalar(), "When it begins, such as: 2026-03-02 09:00."),
        "with": said(named(yes_no()), "Policy switches, as if the flow said so."),
        "accounts": said(array_of({"type": "object"}), "The accounts that exist before the walk."),
        "facts": said(_facts(), "What each source answers: its values, or fails, or late."),
        "walk": said(array_of(ref("line"), least=1), "What is done, line by line, and what is seen then."),
    }
    return mapping(keys, ["flow", "walk"])


def _facts() -> Schema:
    source: Schema = {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": ["fails", "late"]},
        "additionalProperties": anything(),
    }
    return named(source)


def _line() -> Schema:
    keys: Keys = {
        "as": said(name(), "Who acts from here on: owner, or a role."),
        "sign_in": said(scalar(), "The account that signs in."),
        "at": said(name(), "The step that the line begins at."),
        "wait": said(scalar(), "How long passes first, such as: 31 days."),
        "open": said(scalar(), "A step or page that is opened."),
        "language": said(ref("language"), "The language of the page from here on."),
        "facts": said(_facts(), "What sources answer from here on."),
        "taken": said(array_of(scalar()), "Effects that lose a race: create_account, or update_account:FIELD."),
        "fill": said(named(anything()), "What is typed: field and answer."),
        "press": said(name(), "The button: next, an action, or new_code."),
        "expect": said(ref("expect"), "What is seen then."),
        "covers": said(array_of(scalar(pattern=WHOLE_NUMBER), least=1), "The items that the line shows."),
    }
    return mapping(keys)


def _expect() -> Schema:
    words = array_of(scalar())
    keys: Keys = {
        "step": said(name(), "The step where the case is."),
        "problems": said({"type": "object"}, "Problems by field, by the code of each."),
        "shows": said(words, "Fields, codes, conditions' blocks, or pieces of text that are shown."),
        "hidden": said(words, "The same, not shown."),
        "sent": said(words, "Messages that were sent by e-mail."),
        "messages": said(words, "Messages and letters that are now in the account."),
        "answers": said(named(anything()), "Answers as they are kept."),
        "prefilled": said(named(anything()), "What boxes hold that nobody typed."),
        "codes": said(named(scalar()), "same or new, for each code."),
        "conditions": said(named(yes_no(), names=NAME), "Conditions, true or false."),
        "outcome": said(name(), "How the case ended."),
        "roles": said(words, "The roles of the account."),
        "status": said(scalar(), "The status as it is shown."),
    }
    return {**mapping(keys), "minProperties": 1}
