"""A value that is worked out, not asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowrunner.fields.base import SCALAR, Context, FieldType, Reading
from flowrunner.model.case import Inputs, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import UNKNOWN, Type


class Computed(FieldType):
    """Has no inputs. Its type is that of the expression under `value`, which binding finds out."""

    name = "computed"
    widget = "computed"
    drawn_anew = True
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "value": {**SCALAR, "description": "The expression that gives the value."}
    }
    required_keys = frozenset({"value"})

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return UNKNOWN

    def inputs(self, field: Field) -> tuple[str, ...]:
        return ()

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        return Reading()

    def write(self, field: Field, value: Value) -> Inputs:
        return {}

    def spell(self, field: Field, characters: Any) -> Inputs:
        return {}
