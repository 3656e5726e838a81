"""The schema of a scenario, and of the list of requirement items beside the scenarios of a flow."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.compiler.schema import texts
from flowrunner.compiler.schema.flow import DRAFT
from flowrunner.json_schema import Keys, Schema, described


def scenario_schema() -> Schema:
    """A mapping with `items:` is the list of items, any other a scenario."""
    return {
        "$schema": DRAFT,
        "title": "A scenario of a flow, or the list of its requirement items",
        "type": "object",
        "if": {"required": ["items"]},
        "then": schema.ref("items"),
        "else": schema.ref("scenario"),
        "$defs": {
            **texts.definitions(),
            "items": _items(),
            "scenario": _scenario(),
            "line": _line(),
            "expect": _expect(),
        },
    }


def _items() -> Schema:
    tests = schema.array_of(schema.scalar(), "Tests of the program that show it, where no scenario can.", least=1)
    item = schema.mapping({"title": schema.text("What is required."), "shown_by": tests}, ["title"])
    items = schema.named(item, names=schema.WHOLE_NUMBER, least=1)
    return schema.mapping({"flow": _flow(), "items": described(items, "The items by number.")}, ["flow", "items"])


def _flow() -> Schema:
    return schema.scalar("The flow that it is about.", pattern=schema.FLOW_NAME)


def _scenario() -> Schema:
    keys: Keys = {
        "flow": _flow(),
        "about": schema.text("What the scenario shows, in a sentence."),
        "language": schema.ref("language", "The language in which it is played."),
        "now": schema.scalar("When it begins, such as: 2026-03-02 09:00."),
        "with": schema.named(schema.yes_no(), "Policy switches, as if the flow said so."),
        "accounts": schema.array_of({"type": "object"}, "The accounts that exist before the walk."),
        "facts": described(_facts(), "What each source answers: its values, or fails, or late."),
        "walk": schema.array_of(schema.ref("line"), "What is done, line by line, and what is seen then.", least=1),
    }
    return schema.mapping(keys, ["flow", "walk"])


def _facts() -> Schema:
    source: Schema = {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": ["fails", "late"]},
        "additionalProperties": schema.anything(),
    }
    return schema.named(source)


def _line() -> Schema:
    keys: Keys = {
        "as": schema.name("Who acts from here on: owner, or a role."),
        "sign_in": schema.scalar("The account that signs in."),
        "at": schema.name("The step that the line begins at."),
        "wait": schema.scalar("How long passes first, such as: 31 days."),
        "open": schema.scalar("A step or page that is opened."),
        "language": schema.ref("language", "The language of the page from here on."),
        "facts": described(_facts(), "What sources answer from here on."),
        "taken": schema.array_of(schema.scalar(), "Effects that lose a race: create_account, or update_account:FIELD."),
        "fill": schema.named(schema.anything(), "What is typed: field and answer."),
        "press": schema.name("The button: next, an action, or new_code."),
        "expect": schema.ref("expect", "What is seen then."),
        "covers": schema.array_of(
            schema.scalar(pattern=schema.WHOLE_NUMBER), "The items that the line shows.", least=1
        ),
    }
    return schema.mapping(keys)


def _expect() -> Schema:
    words = schema.array_of(schema.scalar())
    keys: Keys = {
        "step": schema.name("The step where the case is."),
        "problems": described({"type": "object"}, "Problems by field, by the code of each."),
        "shows": described(words, "Fields, codes, conditions' blocks, or pieces of text that are shown."),
        "hidden": described(words, "The same, not shown."),
        "sent": described(words, "Messages that were sent by e-mail."),
        "messages": described(words, "Messages and letters that are now in the account."),
        "answers": schema.named(schema.anything(), "Answers as they are kept."),
        "prefilled": schema.named(schema.anything(), "What boxes hold that nobody typed."),
        "codes": schema.named(schema.scalar(), "same or new, for each code."),
        "conditions": schema.named(schema.yes_no(), "Conditions, true or false.", names=schema.NAME),
        "outcome": schema.name("How the case ended."),
        "roles": described(words, "The roles of the account."),
        "status": schema.scalar("The status as it is shown."),
    }
    return {**schema.mapping(keys), "minProperties": 1}
