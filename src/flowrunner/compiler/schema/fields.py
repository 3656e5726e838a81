"""Fields and rules, made from the installed field types and rules."""

from __future__ import annotations

from flowrunner.compiler.schema.texts import lang
from flowrunner.fields.base import FieldType
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.one_input import NORMALIZERS
from flowrunner.json_schema import (
    NAME,
    SCALAR,
    Schema,
    array_of,
    duration,
    expression,
    mapping,
    name,
    one_of,
    or_scalar,
    ref,
    said,
    scalar,
    text,
    whole_number,
    yes_no,
)
from flowrunner.rules.base import Takes
from flowrunner.rules.built_in import RULES


def definitions() -> dict[str, Schema]:
    """`field` (a declaration), `field_use` (a field as a step names it), `rule`, and one schema for each type."""
    found = {f"{kind.name}_field": _declaration(kind) for kind in FIELD_TYPES.values()}
    found["field"] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": said(one_of(FIELD_TYPES.names), "What kind of answer it asks for.")},
        "allOf": [_if_type(kind.name) for kind in FIELD_TYPES.values()],
    }
    found["field_use"] = field_use()
    found["rule"] = rule()
    return found


def _if_type(kind: str) -> Schema:
    is_kind = {"properties": {"type": {"const": kind}}, "required": ["type"]}
    return {"if": is_kind, "then": ref(f"{kind}_field")}


def _declaration(kind: FieldType) -> Schema:
    own = {key: dict(schema) for key, schema in kind.keys.items()}
    choice = choice_keys() if kind.has_choices else {}
    keys = {"type": said({"const": kind.name}, "What kind of answer it asks for."), **choice, **own, **common_keys()}
    keys.update({**own, **choice})
    required = ["type", "label", *sorted(kind.required_keys - {"label", "type"})]
    if kind.has_choices and "choices" not in required:
        required.append("choices")
    return mapping(keys, required)


def common_keys() -> dict[str, Schema]:
    """The keys that every field has, after those of its type."""
    return {
        "optional": said(yes_no(), "true: the person may leave it empty."),
        "when": said(expression(), "Asked only if this holds."),
        "autocomplete": said(scalar(), "The HTML autocomplete token, where it is not that of the type."),
        "prefill": said(expression(), "What the box holds at first."),
        "unit": said(text(), "The unit that stands beside the box."),
        "label": said(text(), "The question, as short as it can be."),
        "lang": lang(),
        "hint": said(text(), "Help under the label; {{ example }} shows the first valid example."),
        "normalize": said(array_of(one_of(NORMALIZERS)), "What is done to the characters before they are judged."),
        "rules": said(array_of(ref("rule")), "What the answer must satisfy, in order."),
        "examples": said(_examples(), "Examples that are tests: the valid must pass, the invalid must fail."),
        "privacy": said(_privacy(), "Why it is asked, and how long the answer is kept."),
    }


def choice_keys() -> dict[str, Schema]:
    """The keys of a field whose answer is chosen."""
    return {
        "choices": said(ref("choices_of_field"), "A list in place, the name of a shared list, or an expression."),
        "only": said(array_of(scalar()), "Only these of the shared list, in this order."),
        "search": said(yes_no(), "Accepted, and read by nothing yet."),
    }


def field_use() -> Schema:
    """A field as a step names it: its name, or a mapping that adapts it."""
    keys: dict[str, Schema] = {"field": said(name(), "The field that is adapted.")}
    own = {key: dict(schema) for kind in FIELD_TYPES.values() for key, schema in kind.keys.items()}
    keys = {**keys, **choice_keys(), **own, **common_keys()}
    return or_scalar(mapping(keys, ["field"]), pattern=NAME)


# --- Rules --------------------------------------------------------------------------------


def rule() -> Schema:
    """One rule with its bound, and what may stand beside it."""
    keys: dict[str, Schema] = {found.name: said(_bound(found.takes), _RULES[found.takes]) for found in RULES.values()}
    beside = {
        "when": said(expression(), "The rule counts only if this holds."),
        "at": said(name(), "The field beside which the problem is shown."),
        "message": said(text(), "The words shown when the answer breaks the rule, instead of the usual ones."),
    }
    return {**mapping({**keys, **beside}), "oneOf": [{"required": [key]} for key in keys]}


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
        return name()
    if takes == "values":
        return {"type": [*SCALAR, "array"], "items": scalar(), "minItems": 1, "minLength": 1}
    return scalar()


def _examples() -> Schema:
    example: Schema = {"type": [*SCALAR, "array", "object"]}
    return mapping(
        {
            "valid": said(array_of(example), "Answers that must pass."),
            "invalid": said(array_of(example), "Answers that must fail."),
        }
    )


def _privacy() -> Schema:
    return mapping(
        {
            "purpose": said(name(), "One of the flow's purposes."),
            "keep": said(
                duration(), "How long after the end of the case the answer is kept, if shorter than the case."
            ),
        }
    )


def code() -> Schema:
    """A one-time code."""
    return mapping(
        {
            "length": said(whole_number(), "How many characters it has."),
            "alphabet": said(one_of(["digits", "unambiguous"]), "digits, or letters and digits without look-alikes."),
            "valid": said(scalar(), "How long it lives (10 minutes), or: until TIMER."),
            "tries": said(whole_number(), "Wrong tries before it is out."),
            "tries_in_all": said(scalar(), "Wrong tries over all re-issues, such as: 20 a day."),
            "send": said(name(), "The message that carries it; without it, the code is shown."),
            "bound_to": said(array_of(name()), "Answers; when one of them changes, so does the code."),
        },
        ["length", "alphabet", "valid"],
    )
