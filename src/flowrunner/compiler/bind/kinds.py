"""What kind of question a field is: its type's own keys, and the type of its answer."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from flowrunner.compiler.bind.binder import Binder
from flowrunner.compiler.bind.choices import choice_values, closed_list
from flowrunner.compiler.bind.sections import words_of
from flowrunner.compiler.bind.texts import NO_TEXT
from flowrunner.compiler.nodes import Mapping, Scalar, Sequence
from flowrunner.diagnostics.codes import CANNOT_HOLD
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Choice
from flowrunner.model.record import replace
from flowrunner.model.types import Type, list_of

# Keys that every field may have, whatever its type says of them.
COMMON = frozenset(
    {"type", "label", "hint", "optional", "when", "prefill", "autocomplete", "unit", "normalize", "rules", "choices"}
    | {"only", "examples", "privacy", "value", "lang", "note"}
)


def kind_of(field: Mapping) -> str:
    """The name of the field's type."""
    node = field.get("type")
    return node.value if isinstance(node, Scalar) else ""


def options_of(binder: Binder, field: Mapping, *, report: bool = False) -> MappingOf[str, Any]:
    """The keys that only the field's type knows, as it reads them; `report` what it cannot read."""
    kind = FIELD_TYPES[kind_of(field)]
    written: dict[str, str | tuple[str, ...]] = {}
    for key, value in field.entries:
        if key.value in kind.keys and key.value not in COMMON:
            written[key.value] = words_of(value) if isinstance(value, Sequence) else "".join(words_of(value))
    while True:
        try:
            return kind.options(written)
        except ValueError as error:
            refused = str(error.args[0]) if error.args else ""
            if report:
                _unreadable(binder, field, refused, kind.name)
            if written.pop(refused, None) is None:
                return {}


def type_of(binder: Binder, name: str, field: Mapping) -> Type:
    """The type of the field's answer. A choice carries the field's name: under it stand the labels of its values."""
    kind = FIELD_TYPES[kind_of(field)]
    choices = tuple(Choice(value, NO_TEXT) for value in choice_values(binder, field))
    answer_type = kind.type(choices, options_of(binder, field))
    if kind.has_choices and closed_list(binder, field) is None:
        return answer_type
    if answer_type.kind == "choice":
        return replace(answer_type, choices=name)
    if answer_type.item is not None and answer_type.item.kind == "choice":
        return list_of(replace(answer_type.item, choices=name))
    return answer_type


def _unreadable(binder: Binder, field: Mapping, key: str, kind: str) -> None:
    node = field.get(key)
    excerpt = " ".join(words_of(node))[:60]
    span = node.span if node is not None else field.span
    binder.findings.add(CANNOT_HOLD, span, "field_option", {"key": key, "found": excerpt, "type": kind})
