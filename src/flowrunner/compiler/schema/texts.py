"""Texts, expressions and durations: the values that stand everywhere."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.json_schema import Schema, described


def definitions() -> dict[str, Schema]:
    """What other schemas refer to."""
    return {
        "text": {
            "description": "Words: one string for every language, or a line for each language. Markdown is allowed; "
            "{{ name }} stands for an answer, a fact or a text.",
            "type": [*schema.SCALAR, "object"],
            "properties": {
                "note": schema.scalar("A note for translators; nobody else reads it."),
                "lang": schema.scalar("The language that the words are in.", pattern=schema.LANGUAGE),
            },
            "patternProperties": {
                schema.LANGUAGE: described({"type": list(schema.SCALAR)}, "The words in this language.")
            },
            "additionalProperties": False,
            "minProperties": 1,
        },
        "expression": schema.scalar(
            "An expression over answers, facts, conditions and moments, such as: country == 'ca'."
        ),
        "duration": schema.scalar("A length of time in full words, such as: 30 days, 3 working days, 15 minutes."),
        "language": schema.scalar("A language by its code, such as: en, fr, zh-Hant.", pattern=schema.LANGUAGE),
    }


def lang() -> Schema:
    """`lang:` beside a text that is the same in every language."""
    return schema.scalar(
        "The language that the words are in, when all languages show the same words.", pattern=schema.LANGUAGE
    )


def condition() -> Schema:
    """A named guard."""
    return schema.mapping(
        {
            "means": schema.text("What the condition means, in plain words; shown in diagrams and explanations."),
            "when": schema.scalar("The guard; a policy switch says true or false."),
        },
        ["when"],
    )


def source() -> Schema:
    """The contract of a source."""
    asks: Schema = {
        "type": ["array", "object"],
        "items": schema.name(),
        "propertyNames": {"pattern": schema.NAME},
        "additionalProperties": schema.name(),
    }
    values: Schema = {"type": [*schema.SCALAR, "array"], "items": schema.scalar(), "minItems": 1, "minLength": 1}
    failure: Schema = {"type": [*schema.SCALAR, "array"], "items": schema.scalar()}
    return schema.mapping(
        {
            "title": schema.text("What the staff calls it, at the desk."),
            "asks": described(
                asks, "The answers that it is asked with; a mapping (its name: answer) where names differ."
            ),
            "gives": schema.named(
                values,
                "What it gives: a type for each value, or a list of values, in place or a shared one by its name.",
                least=1,
            ),
            "timeout": schema.ref("duration", "How long to wait for it."),
            "on_failure": schema.named(
                failure, "Its values when it fails or is not asked. Without it, the page asks to try again."
            ),
            "labels": schema.named(schema.text(), "What the staff calls what it gives: facts, and values of lists."),
        },
        ["asks", "gives"],
    )


def choices() -> Schema:
    """A closed list: ids, each with its label and the author's own facts."""
    facts: Schema = {"type": [*schema.SCALAR, "array", "object"]}
    own = {
        "label": schema.text("The words that a person chooses."),
        "lang": lang(),
        "hint": schema.text("More words under the label."),
        "opens": schema.name("The field that is asked when this is chosen."),
        "exclusive": schema.yes_no("true: it can only be chosen alone."),
        "retired": schema.yes_no("No longer offered; old answers keep it."),
    }
    choice: Schema = {
        "type": "object",
        "properties": own,
        "propertyNames": {"pattern": schema.NAME},
        "additionalProperties": facts,
        "required": ["label"],
    }
    return schema.named(choice, names=schema.ID, least=1)


def include() -> Schema:
    """The parts that a flow takes in."""
    return schema.array_of(schema.scalar())
