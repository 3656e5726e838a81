"""Fields and rules, made from the installed field types and rules."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.compiler.schema.texts import lang
from flowrunner.fields.base import FieldType
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.one_input import NORMALIZERS
from flowrunner.json_schema import Schema, described
from flowrunner.rules.base import Takes
from flowrunner.rules.built_in import RULES


def definitions() -> dict[str, Schema]:
    """`field` (a declaration), `field_use` (a field as a step names it), `rule`, and one schema for each type."""
    schemas = {f"{kind.name}_field": _declaration(kind) for kind in FIELD_TYPES.values()}
    schemas["field"] = schema.one_kind("type", FIELD_TYPES.names, "field", "What kind of answer it asks for.")
    schemas["field_use"] = field_use()
    schemas["rule"] = rule()
    return schemas


def _declaration(kind: FieldType) -> Schema:
    own = {key: dict(values) for key, values in kind.keys.items()}
    choice = choice_keys() if kind.has_choices else {}
    keys = {
        "type": described({"const": kind.name}, "What kind of answer it asks for."),
        **choice,
        **own,
        **common_keys(),
    }
    keys.update({**own, **choice})
    required = ["type", "label", *sorted(kind.required_keys - {"label", "type"})]
    if kind.has_choices and "choices" not in required:
        required.append("choices")
    return schema.mapping(keys, required)


def common_keys() -> dict[str, Schema]:
    """The keys that every field has, after those of its type."""
    return {
        "optional": schema.yes_no("true: the person may leave it empty."),
        "when": schema.expression("Asked only if this holds."),
        "autocomplete": schema.scalar("The HTML autocomplete token, where it is not that of the type."),
        "prefill": schema.expression("What the box holds at first."),
        "unit": schema.text("The unit that stands beside the box."),
        "label": schema.text("The question, as short as it can be."),
        "lang": lang(),
        "hint": schema.text("Help under the label; {{ example }} shows the first valid example."),
        "normalize": schema.array_of(
            schema.one_of(NORMALIZERS), "What is done to the characters before they are judged."
        ),
        "rules": schema.array_of(schema.ref("rule"), "What the answer must satisfy, in order."),
        "examples": described(_examples(), "Examples that are tests: the valid must pass, the invalid must fail."),
        "privacy": described(_privacy(), "Why it is asked, and how long the answer is kept."),
    }


def choice_keys() -> dict[str, Schema]:
    """The keys of a field whose answer is chosen."""
    return {
        "choices": schema.ref("choices_of_field", "A list in place, the name of a shared list, or an expression."),
        "only": schema.array_of(schema.scalar(), "Only these of the shared list, in this order."),
        "search": schema.yes_no("Accepted, and read by nothing yet."),
    }


def field_use() -> Schema:
    """A field as a step names it: its name, or a mapping that adapts it."""
    keys: dict[str, Schema] = {"field": schema.name("The field that is adapted.")}
    own = {key: dict(values) for kind in FIELD_TYPES.values() for key, values in kind.keys.items()}
    keys = {**keys, **choice_keys(), **own, **common_keys()}
    return schema.or_scalar(schema.mapping(keys, ["field"]), pattern=schema.NAME)


# --- Rules --------------------------------------------------------------------------------


def rule() -> Schema:
    """One rule with its bound, and what may stand beside it."""
    keys: dict[str, Schema] = {part.name: described(_bound(part.takes), _RULES[part.takes]) for part in RULES.values()}
    beside = {
        "when": schema.expression("The rule counts only if this holds."),
        "at": schema.name("The field beside which the problem is shown."),
        "message": schema.text("The words shown when the answer breaks the rule, instead of the usual ones."),
    }
    return {**schema.mapping({**keys, **beside}), "oneOf": [{"required": [key]} for key in keys]}


_RULES: dict[Takes, str] = {
    "pattern": "A pattern that the whole answer must match.",
    "count": "A whole number, or an expression that gives one.",
    "value": "A value of the field's own type, or an expression that gives one.",
    "field": "The name of another field.",
    "values": "The values that are allowed.",
    "guard": "An expression over answers and the facts of the step that must hold.",
}


def _bound(takes: Takes) -> Schema:
    if takes == "field":
        return schema.name()
    if takes == "values":
        return {"type": [*schema.SCALAR, "array"], "items": schema.scalar(), "minItems": 1, "minLength": 1}
    return schema.scalar()


def _examples() -> Schema:
    example: Schema = {"type": [*schema.SCALAR, "array", "object"]}
    return schema.mapping(
        {
            "valid": schema.array_of(example, "Answers that must pass."),
            "invalid": schema.array_of(example, "Answers that must fail."),
        }
    )


def _privacy() -> Schema:
    return schema.mapping(
        {
            "purpose": schema.name("One of the flow's purposes."),
            "keep": schema.duration("How long after the end of the case the answer is kept, if shorter than the case."),
        }
    )


def code() -> Schema:
    """A one-time code."""
    return schema.mapping(
        {
            "length": schema.whole_number("How many characters it has."),
            "alphabet": schema.one_of(["digits", "unambiguous"], "digits, or letters and digits without look-alikes."),
            "valid": schema.scalar("How long it lives (10 minutes), or: until TIMER."),
            "tries": schema.whole_number("Wrong tries before it is out."),
            "tries_in_all": schema.scalar("Wrong tries over all re-issues, such as: 20 a day."),
            "send": schema.name("The message that carries it; without it, the code is shown."),
            "bound_to": schema.array_of(schema.name(), "Answers; when one of them changes, so does the code."),
        },
        ["length", "alphabet", "valid"],
    )
