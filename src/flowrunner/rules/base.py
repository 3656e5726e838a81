"""The contract of a validation rule: what an answer must satisfy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias

from flowrunner.model.case import Value
from flowrunner.model.types import Type

# How `bind` reads what stands behind the rule's name: a pattern, a whole number, a value or expression of the field's
# own type, another field's name, a list of values of the field's type, or a guard over answers and facts.
Takes: TypeAlias = Literal["pattern", "count", "value", "field", "values", "guard"]


class Rule(ABC):
    """One rule. An instance keeps nothing: all that a use says is in its `bound`."""

    name: ClassVar[str]
    takes: ClassVar[Takes]

    @abstractmethod
    def fits(self, type: Type) -> bool:
        """Whether the rule makes sense for answers of this type."""

    @abstractmethod
    def judge(self, value: Value, bound: Any) -> bool:
        """Whether a given answer satisfies the rule.

        `bound` is evaluated: a compiled pattern, a number, a typed value, the other field's answer, a tuple, or the
        guard's truth. A bound that is nothing asks nothing: the interpreter does not call then.
        """

    def values(self, bound: Any) -> Mapping[str, Value]:
        """What the words of `problem.<name>` are filled with; `kind` and `n` choose among them, as in `rules.words`."""
        return {"bound": bound, "kind": "date"} if isinstance(bound, date) else {"bound": bound}
