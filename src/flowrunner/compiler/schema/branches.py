"""Branches, effects, actions and timers: what moves a case, and what it does on the way."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.effects.base import Effect
from flowrunner.effects.built_in import EFFECTS
from flowrunner.json_schema import Schema, described
from flowrunner.timer_kinds.built_in import TIMER_KINDS


def definitions() -> dict[str, Schema]:
    """`effect`, `branch`, `next`, `action`, `timer`, `look_up`."""
    next_: Schema = {
        "type": [*schema.SCALAR, "object", "array"],
        "pattern": schema.NAME,
        "minLength": 1,
        "items": schema.ref("branch"),
        "minItems": 1,
        "if": {"type": "object"},
        "then": schema.ref("branch"),
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
        "do": described(effects(), "What is done on the way, in order."),
        "go": schema.name("The step that follows; back, in a side step."),
        "return": schema.name("An earlier step to return to."),
        "say": schema.text("Shown once on the page that follows."),
    }


def effects() -> Schema:
    """A list of effects."""
    return schema.array_of(schema.ref("effect"))


def _branch() -> Schema:
    keys = {"when": schema.expression("The branch is taken only if this holds; the last has none."), **move_keys()}
    return {**schema.mapping(keys), "oneOf": [{"required": ["go"]}, {"required": ["return"]}]}


def action() -> Schema:
    """A button beside `next`."""
    keys = {
        "label": schema.text("The words on the button."),
        "when": schema.expression("The button is there only if this holds."),
        "fields": schema.array_of(schema.ref("field_use"), "Questions of its own.", least=1),
        "look_up": schema.array_of(schema.ref("look_up"), "Sources that are asked when it is pressed."),
        "confirm": schema.text("A question to answer before it is done."),
        **move_keys(),
        "next": schema.ref("next", "Where it leads, when there are several branches."),
    }
    return {
        **schema.mapping(keys, ["label"]),
        "allOf": [schema.not_both("go", "return"), schema.not_both("go", "next"), schema.not_both("return", "next")],
    }


def effect() -> Schema:
    """An effect by its name, or with what it takes."""
    bare = [part.name for part in EFFECTS.values() if part.takes == "nothing"]
    keys = {
        part.name: described(_argument(part), _TAKES[part.takes])
        for part in EFFECTS.values()
        if part.takes != "nothing"
    }
    return {
        **schema.or_scalar(schema.mapping(keys)),
        "minProperties": 1,
        "maxProperties": 1,
        "if": {"type": "string"},
        "then": {"enum": bare},
    }


_TAKES = {
    "code": "The name of a code.",
    "message": "The name of a message.",
    "moment": "The name under which this moment is remembered.",
    "role": "The name of a role.",
    "source": "The name of a source.",
    "steps": "The steps to go to.",
}


def _argument(part: Effect) -> Schema:
    if part.takes == "steps":
        return schema.mapping({key: schema.name("The step to go to then.") for key in part.required}, part.required)
    return schema.name()


def look_up() -> Schema:
    """A source that a step asks."""
    keys = {
        "source": schema.name("The source."),
        "fresh": schema.duration("Ask again when the fact is older than this."),
    }
    return schema.or_scalar(schema.mapping(keys, ["source"]), pattern=schema.NAME)


def timer() -> Schema:
    """What time causes."""
    remind = schema.mapping(
        {
            "after": schema.duration("How long after the same moment."),
            "send": schema.name("The message to send."),
            "when": schema.expression("Sent only if this holds."),
        },
        ["after", "send"],
    )
    moves = move_keys()
    counting = {kind.name: described(kind.schema(), kind.description) for kind in TIMER_KINDS.values() if kind.counts}
    others = {kind.name: described(kind.schema(), kind.description) for kind in TIMER_KINDS.values() if not kind.counts}
    keys = {
        **counting,
        "since": schema.scalar("The moment from which it counts."),
        **others,
        "in": schema.name("The step in which it runs."),
        "until": schema.name("The moment that stops it, for a timer of the whole case."),
        **moves,
        "remind": schema.array_of(remind, "Messages sent before it is due."),
    }
    together = [
        {"oneOf": [{"required": ["go"]}, {"required": ["return"]}]},
        {"oneOf": [{"required": ["in"]}, {"required": ["until"]}]},
        *({"if": {"required": [kind, "until"]}, "then": {"required": ["since"]}} for kind in counting),
    ]
    return {**schema.mapping(keys), "oneOf": schema.exactly_one(TIMER_KINDS.names), "allOf": together}


def timers() -> Schema:
    """The timers by name."""
    return schema.named(schema.ref("timer"))
