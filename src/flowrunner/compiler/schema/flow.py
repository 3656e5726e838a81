"""The schema of a flow and of a part that flows include."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.compiler.schema import blocks, branches, fields, people, steps, texts
from flowrunner.json_schema import Keys, Schema, described

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LANGUAGE_VERSION = 1
PLACES = ("home", "submitted", "profile", "sign_in", "recover")


def flow_schema() -> Schema:
    """A mapping with `flow:` is a flow, one with `part:` a part."""
    return {
        "$schema": DRAFT,
        "title": "A flow of flowrunner, or a part that flows include",
        "type": "object",
        "if": {"required": ["part"]},
        "then": schema.ref("part"),
        "else": schema.ref("flow"),
        "$defs": definitions(),
    }


def definitions() -> dict[str, Schema]:
    """All that the schema of a flow refers to."""
    return {
        "flow": _flow(),
        "part": _part(),
        **texts.definitions(),
        **fields.definitions(),
        "choices": texts.choices(),
        "choices_of_field": {**texts.choices(), "type": [*schema.SCALAR, "object"], "minLength": 1},
        **branches.definitions(),
        **blocks.definitions(),
        **steps.definitions(),
    }


def _flow() -> Schema:
    """The order of keys is the one in which they are written; `flowrunner format` sets it."""
    head: Keys = {
        **_beginning("flow", "The name of the flow; its address begins with it."),
        "territory": schema.scalar(
            "A country or region; with a language it makes the locale.", pattern=schema.TERRITORY
        ),
        "time_zone": schema.scalar("Whole days end at midnight here, such as: America/Toronto."),
        "title": schema.text("What the service is called."),
        "include": described(texts.include(), "Parts that this flow takes in."),
        "start": schema.name("The first step."),
        "roles": schema.named(people.role(), "Who may act, beside the owner of a case."),
        "accounts": described(people.accounts(), "What an account is."),
        "resume": described(schema.names(), "What opens a case in another browser before it has an account."),
        "retention": described(people.retention(), "How long cases are kept."),
    }
    rest: Keys = {
        "timers": described(branches.timers(), "What time causes."),
        "every_page": schema.ref("content", "Blocks at the foot of every page."),
        **{place: described(blocks.place(place), f"The page {place}.") for place in PLACES},
        "desk": described(blocks.desk(), "Where staff work."),
        "steps": schema.named(schema.ref("step"), "The steps, in reading order.", least=1),
    }
    keys = {**head, **_shared(), **rest}
    return schema.mapping(keys, ["flowrunner", "flow", "languages", "title", "start", "steps"])


def _part() -> Schema:
    beginning = _beginning("part", "The name of the part; flows include it by its file.")
    return schema.mapping({**beginning, **_shared()}, ["flowrunner", "part", "languages"])


def _beginning(noun: str, description: str) -> Keys:
    return {
        "flowrunner": described(
            {"enum": [LANGUAGE_VERSION, str(LANGUAGE_VERSION)]}, "The version of the flow language."
        ),
        noun: described(people.flow_name(), description),
        "languages": schema.array_of(
            schema.ref("language"), "The languages of the flow, the first one first.", least=1
        ),
    }


def _shared() -> Keys:
    """What a flow and a part may both define."""
    return {
        "purposes": schema.named(schema.text(), "Why answers are asked; the first is the default."),
        "texts": schema.named(schema.text(), "Words that are used as {{ name }}."),
        "choices": schema.named(schema.ref("choices"), "Shared lists to choose from.", names=schema.NAME),
        "sources": schema.named(texts.source(), "Where facts are looked up."),
        "conditions": schema.named(texts.condition(), "Named guards."),
        "fields": schema.named(schema.ref("field"), "Questions."),
        "codes": schema.named(fields.code(), "One-time codes."),
        "messages": schema.named(people.message(), "E-mails, account messages and letters."),
    }
