"""Texts, expressions and durations: the values that stand everywhere."""

from __future__ import annotations

from flowrunner.json_schema import (
    ID,
    LANGUAGE,
    NAME,
    SCALAR,
    Schema,
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


def definitions() -> dict[str, Schema]:
    """What other schemas refer to."""
    return {
        "text": {
            "description": "Words: one string for every language, or a line for each language. Markdown is allowed; "
            "{{ name }} stands for an answer, a fact or a text.",
            "type": [*SCALAR, "object"],
            "properties": {
                "note": said(scalar(), "A note for translators; nobody else reads it."),
                "lang": said(scalar(pattern=LANGUAGE), "The language that the words are in."),
            },
            "patternProperties": {LANGUAGE: said({"type": list(SCALAR)}, "The words in this language.")},
            "additionalProperties": False,
            "minProperties": 1,
        },
        "expression": said(
            scalar(), "An expression over answers, facts, conditions and moments, such as: country == 'ca'."
        ),
        "duration": said(scalar(), "A length of time in full words, such as: 30 days, 3 working days, 15 minutes."),
        "language": said(scalar(pattern=LANGUAGE), "A language by its code, such as: en, fr, zh-Hant."),
    }


def lang() -> Schema:
    """`lang:` beside a text that is the same in every language."""
    return said(scalar(pattern=LANGUAGE), "The language that the words are in, when all languages show the same words.")


def condition() -> Schema:
    """A named guard."""
    return mapping(
        {
            "means": said(text(), "What the condition means, in plain words; shown in diagrams and explanations."),
            "when": said(scalar(), "The guard; a policy switch says true or false."),
        },
        ["when"],
    )


def source() -> Schema:
    """The contract of a source."""
    asks: Schema = {
        "type": ["array", "object"],
        "items": name(),
        "propertyNames": {"pattern": NAME},
        "additionalProperties": name(),
    }
    given: Schema = {"type": [*SCALAR, "array"], "items": scalar(), "minItems": 1, "minLength": 1}
    failure: Schema = {"type": [*SCALAR, "array"], "items": scalar()}
    return mapping(
        {
            "title": said(text(), "What the staff calls it, at the desk."),
            "asks": said(asks, "The answers that it is asked with; a mapping (its name: answer) where names differ."),
            "gives": said(
                named(given, least=1),
                "What it gives: a type for each value, or a list of values, in place or a shared one by its name.",
            ),
            "timeout": said(ref("duration"), "How long to wait for it."),
            "on_failure": said(
                named(failure),
                "Its values when it fails or is not asked. Without it, the page asks to try again.",
            ),
            "labels": said(named(text()), "What the staff calls what it gives: facts, and values of lists."),
        },
        ["asks", "gives"],
    )


def choices() -> Schema:
    """A closed list: ids, each with its label and the author's own facts."""
    facts: Schema = {"type": [*SCALAR, "array", "object"]}
    own = {
        "label": said(text(), "The words that a person chooses."),
        "lang": lang(),
        "hint": said(text(), "More words under the label."),
        "opens": said(name(), "The field that is asked when this is chosen."),
        "exclusive": said(yes_no(), "true: it can only be chosen alone."),
        "retired": said(yes_no(), "No longer offered; old answers keep it."),
    }
    choice: Schema = {
        "type": "object",
        "properties": own,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": facts,
        "required": ["label"],
    }
    return named(choice, names=ID, least=1)


def include() -> Schema:
    """The parts that a flow takes in."""
    return array_of(scalar())
