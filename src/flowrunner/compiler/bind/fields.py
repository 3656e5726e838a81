"""Questions, and how steps adapt them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from flowrunner.compiler.bind.binder import Binder, characters, yes
from flowrunner.compiler.bind.choices import bind_choices
from flowrunner.compiler.bind.examples import bind_examples, first_example
from flowrunner.compiler.bind.kinds import kind_of, options_of, type_of
from flowrunner.compiler.bind.rules import bind_rules
from flowrunner.compiler.bind.sections import Entry, scalars_of, words_of
from flowrunner.compiler.bind.texts import maybe_text, text_under
from flowrunner.compiler.nodes import Mapping, Node, Scalar
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.expression.combine import both
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Choice, Field, FieldUse, Privacy
from flowrunner.model.record import replace
from flowrunner.model.types import UNKNOWN


class BoundFields(Struct):
    """The bound fields of a flow, with what was written, for steps that adapt them."""

    by_name: dict[str, Field] = field(default_factory=dict)
    written: dict[str, Mapping] = field(default_factory=dict)


def bind_fields(binder: Binder) -> BoundFields:
    """Every field of a flow, in the order of the file."""
    bound = BoundFields()
    for name, entry in binder.draft["fields"].items():
        if isinstance(entry.node, Mapping) and kind_of(entry.node) in FIELD_TYPES:
            bound.written[name] = entry.node
            bound.by_name[name] = _bind_field(binder, entry, entry.node)
    _open(bound)
    for name, bound_field in list(bound.by_name.items()):
        valid, invalid = bind_examples(binder, bound.by_name, bound_field, bound.written[name].get("examples"))
        bound.by_name[name] = replace(bound_field, valid=valid, invalid=invalid)
    return bound


def _bind_field(binder: Binder, entry: Entry, node: Mapping) -> Field:
    kind = kind_of(node)
    field = Field(
        entry.name,
        kind,
        binder.scope.names.get(entry.name, UNKNOWN),
        text_under(binder, node, "label", example=first_example(node)),
        autocomplete=FIELD_TYPES[kind].autocomplete,
        options=options_of(binder, node, report=True),
        span=entry.key.span,
    )
    _check_named(binder, kind, node)
    return _with_parts(binder, field, node, node)


def bind_use(binder: Binder, fields: BoundFields, node: Node, outer: Expression | None) -> FieldUse | None:
    """A field as a step names it: alone, or with what it changes for this step."""
    if isinstance(node, Scalar):
        name = binder.known("field", node, binder.draft["fields"])
        field = fields.by_name.get(name) if name is not None else None
        return FieldUse(field, both(outer, field.when), node.span) if field is not None else None
    if not isinstance(node, Mapping):
        return None
    written = node.get("field")
    name = binder.known("field", written, binder.draft["fields"])
    field = fields.by_name.get(name) if name is not None else None
    if field is None or written is None:
        return None
    when = both(both(outer, field.when), binder.guard(node.get("when")))
    return FieldUse(_adapt(binder, field, fields.written[field.name], node), when, written.span)


def _adapt(binder: Binder, field: Field, base: Mapping, use: Mapping) -> Field:
    """The field with the keys of a use: rules add, other keys replace."""
    changed = tuple(entry for entry in use.entries if entry[0].value not in ("field", "when"))
    if not changed:
        return field
    over = Mapping(changed, use.span)
    whole = Mapping((*(entry for entry in base.entries if entry[0].value not in over), *changed), base.span)
    if any(key in FIELD_TYPES[field.kind].keys for key in over.keys):
        field = replace(field, options=options_of(binder, whole, report=True))
        _check_named(binder, field.kind, over)
    if "label" in over:
        field = replace(field, label=text_under(binder, over, "label", example=first_example(whole)))
    return _with_parts(binder, field, over, whole)


def _with_parts(binder: Binder, field: Field, node: Mapping, whole: Mapping) -> Field:
    """The field with each key that `node` has; `whole` is all that is known of it."""
    example = first_example(whole)
    changes: dict[str, Any] = {}
    if "choices" in node or "only" in node:
        changes["choices"] = bind_choices(binder, whole)
        changes["type"] = type_of(binder, field.name, whole)
        field = replace(field, **changes)
    for key in ("hint", "unit"):
        if key in node:
            changes[key] = maybe_text(binder, node, key, example=example)
    if "optional" in node:
        changes["optional"] = yes(node.get("optional"))
    if "when" in node:
        changes["when"] = binder.guard(node.get("when"))
    if "prefill" in node:
        changes["prefill"] = binder.expression(node.get("prefill"), field.type)
    if "value" in node:
        changes["value"] = binder.expression(node.get("value"), field.type)
    if "autocomplete" in node:
        changes["autocomplete"] = characters(node.get("autocomplete"))
    if "normalize" in node:
        changes["normalize"] = words_of(node.get("normalize"))
    if "privacy" in node:
        changes["privacy"] = _privacy(binder, node.get("privacy"))
    if "rules" in node:
        changes["rules"] = field.rules + bind_rules(binder, field, node.get("rules"), example)
    return replace(field, **changes)


def _privacy(binder: Binder, node: Node | None) -> Privacy | None:
    if not isinstance(node, Mapping):
        return None
    purposes = binder.draft["purposes"]
    written = node.get("purpose")
    purpose = next(iter(purposes), "") if written is None else binder.known("purpose", written, purposes)
    return Privacy(purpose, binder.duration(node.get("keep"))) if purpose is not None else None


def _check_named(binder: Binder, kind: str, node: Mapping) -> None:
    for key, noun in FIELD_TYPES[kind].names.items():
        for scalar in scalars_of(node.get(key)):
            binder.known(noun, scalar, binder.draft[f"{noun}s"])


def _open(fields: BoundFields) -> None:
    """Tell each field that a choice opens which choices those are."""
    opened: dict[str, list[tuple[str, str]]] = {}
    for chooser in fields.by_name.values():
        choices: tuple[Choice, ...] = chooser.choices if isinstance(chooser.choices, tuple) else ()
        for choice in choices:
            if choice.opens is not None:
                opened.setdefault(choice.opens, []).append((chooser.name, choice.value))
    for name, by in opened.items():
        if name in fields.by_name:
            fields.by_name[name] = replace(fields.by_name[name], opened_by=tuple(by))
