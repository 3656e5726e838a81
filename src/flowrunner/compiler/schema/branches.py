"""Branches, effects, actions and timers: what moves a case, and what it does on the way."""

from __future__ import annotations

from flowrunner.effects.base import Effect
from flowrunner.effects.built_in import EFFECTS
from flowrunner.json_schema import (
    NAME,
    SCALAR,
    Schema,
    array_of,
    duration,
    exactly_one,
    expression,
    mapping,
    name,
    named,
    not_both,
    or_scalar,
    ref,
    said,
    scalar,
    text,
)
from flowrunner.timer_kinds.built_in import TIMER_KINDS


def definitions() -> dict[str, Schema]:
    """`effect`, `branch`, `next`, `action`, `timer`, `look_up`."""
    next_: Schema = {
        "type": [*SCALAR, "object", "array"],
        "pattern": NAME,
        "minLength": 1,
        "items": ref("branch"),
        "minItems": 1,
        "if": {"type": "object"},
        "then": ref("branch"),
    }
    return {
        "effect": effect(),
        "branch": _branch(),
        "next": next_,
        "action": action(),
        "timer": timer(),
        "look_up": look_up(),
    }


def move_keys() -> dict[str, Schema]:
    """Where a branch leads, and what it does."""
    return {
        "do": said(effects(), "What is done on the way, in order."),
        "go": said(name(), "The step that follows; back, in a side step."),
        "return": said(name(), "An earlier step to return to."),
        "say": said(text(), "Shown once on the page that follows."),
    }


def effects() -> Schema:
    """A list of effects."""
    return array_of(ref("effect"))


def _branch() -> Schema:
    keys = {"when": said(expression(), "The branch is taken only if this holds; the last has none."), **move_keys()}
    return {**mapping(keys), "oneOf": [{"required": ["go"]}, {"required": ["return"]}]}


def action() -> Schema:
    """A button beside `next`."""
    keys = {
        "label": said(text(), "The words on the button."),
        "when": said(expression(), "The button is there only if this holds."),
        "fields": said(array_of(ref("field_use"), least=1), "Questions of its own."),
        "look_up": said(array_of(ref("look_up")), "Sources that are asked when it is pressed."),
        "confirm": said(text(), "A question to answer before it is done."),
        **move_keys(),
        "next": said(ref("next"), "Where it leads, when there are several branches."),
    }
    return {
        **mapping(keys, ["label"]),
        "allOf": [not_both("go", "return"), not_both("go", "next"), not_both("return", "next")],
    }


def effect() -> Schema:
    """An effect by its name, or with what it takes."""
    bare = [found.name for found in EFFECTS.values() if found.takes == "nothing"]
    keys = {
        found.name: said(_argument(found), _TAKES[found.takes])
        for found in EFFECTS.values()
        if found.takes != "nothing"
    }
    schema = or_scalar(mapping(keys))
    return {**schema, "minProperties": 1, "maxProperties": 1, "if": {"type": "string"}, "then": {"enum": bare}}


_TAKES = {
    "code": "The name of a code.",
    "message": "The name of a message.",
    "moment": "The name under which this moment is remembered.",
    "role": "The name of a role.",
    "source": "The name of a source.",
    "steps": "The steps to go to.",
}


def _argument(found: Effect) -> Schema:
    if found.takes == "steps":
        return mapping({key: said(name(), "The step to go to then.") for key in found.required}, found.required)
    return name()


def look_up() -> Schema:
    """A source that a step asks."""
    keys = {
        "source": said(name(), "The source."),
        "fresh": said(duration(), "Ask again when the fact is older than this."),
    }
    return or_scalar(mapping(keys, ["source"]), pattern=NAME)


def timer() -> Schema:
    """What time causes."""
    remind = mapping(
        {
            "after": said(duration(), "How long after the same moment."),
            "send": said(name(), "The message to send."),
            "when": said(expression(), "Sent only if this holds."),
        },
        ["after", "send"],
    )
    moves = move_keys()
    counting = {kind.name: said(kind.schema(), kind.description) for kind in TIMER_KINDS.values() if kind.counts}
    others = {kind.name: said(kind.schema(), kind.description) for kind in TIMER_KINDS.values() if not kind.counts}
    keys = {
        **counting,
        "since": said(scalar(), "The moment from which it counts."),
        **others,
        "in": said(name(), "The step in which it runs."),
        "until": said(name(), "The moment that stops it, for a timer of the whole case."),
        **moves,
        "remind": said(array_of(remind), "Messages sent before it is due."),
    }
    schema = mapping(keys)
    schema["oneOf"] = exactly_one(TIMER_KINDS.names)
    schema["allOf"] = [
        {"oneOf": [{"required": ["go"]}, {"required": ["return"]}]},
        {"oneOf": [{"required": ["in"]}, {"required": ["until"]}]},
        *({"if": {"required": [name, "until"]}, "then": {"required": ["since"]}} for name in counting),
    ]
    return schema


def timers() -> Schema:
    """The timers by name."""
    return named(ref("timer"))
