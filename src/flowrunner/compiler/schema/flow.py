"""The schema of a flow and of a part that flows include."""

from __future__ import annotations

from flowrunner.compiler.schema import blocks, branches, fields, people, steps, texts
from flowrunner.json_schema import (
    NAME,
    SCALAR,
    TERRITORY,
    Keys,
    Schema,
    array_of,
    mapping,
    name,
    named,
    names,
    ref,
    said,
    scalar,
    text,
)

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
        "then": ref("part"),
        "else": ref("flow"),
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
        "choices_of_field": {**texts.choices(), "type": [*SCALAR, "object"], "minLength": 1},
        **branches.definitions(),
        **blocks.definitions(),
        **steps.definitions(),
    }


def _flow() -> Schema:
    """The order of keys is the one in which they are written; `flowrunner format` sets it."""
    head: Keys = {
        **_beginning("flow", "The name of the flow; its address begins with it."),
        "territory": said(scalar(pattern=TERRITORY), "A country or region; with a language it makes the locale."),
        "time_zone": said(scalar(), "Whole days end at midnight here, such as: America/Toronto."),
        "title": said(text(), "What the service is called."),
        "include": said(texts.include(), "Parts that this flow takes in."),
        "start": said(name(), "The first step."),
        "roles": said(named(people.role()), "Who may act, beside the owner of a case."),
        "accounts": said(people.accounts(), "What an account is."),
        "resume": said(names(), "What opens a case in another browser before it has an account."),
        "retention": said(people.retention(), "How long cases are kept."),
    }
    rest: Keys = {
        "timers": said(branches.timers(), "What time causes."),
        "every_page": said(ref("content"), "Blocks at the foot of every page."),
        **{place: said(blocks.place(place), f"The page {place}.") for place in PLACES},
        "desk": said(blocks.desk(), "Where staff work."),
        "steps": said(named(ref("step"), least=1), "The steps, in reading order."),
    }
    keys = {**head, **_shared(), **rest}
    return mapping(keys, ["flowrunner", "flow", "languages", "title", "start", "steps"])


def _part() -> Schema:
    beginning = _beginning("part", "The name of the part; flows include it by its file.")
    return mapping({**beginning, **_shared()}, ["flowrunner", "part", "languages"])


def _beginning(noun: str, description: str) -> Keys:
    return {
        "flowrunner": said({"enum": [LANGUAGE_VERSION, str(LANGUAGE_VERSION)]}, "The version of the flow language."),
        noun: said(people.flow_name(), description),
        "languages": said(array_of(ref("language"), least=1), "The languages of the flow, the first one first."),
    }


def _shared() -> Keys:
    """What a flow and a part may both define."""
    return {
        "purposes": said(named(text()), "Why answers are asked; the first is the default."),
        "texts": said(named(text()), "Words that are used as {{ name }}."),
        "choices": said(named(ref("choices"), names=NAME), "Shared lists to choose from."),
        "sources": said(named(texts.source()), "Where facts are looked up."),
        "conditions": said(named(texts.condition()), "Named guards."),
        "fields": said(named(ref("field")), "Questions."),
        "codes": said(named(fields.code()), "One-time codes."),
        "messages": said(named(people.message()), "E-mails, account messages and letters."),
    }
