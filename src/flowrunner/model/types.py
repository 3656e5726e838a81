"""The type of a name in a flow, and the shape of its values while a case runs.

kind      value
text      str
number    decimal.Decimal
date      datetime.date
moment    datetime.datetime with a zone
yes_no    bool
choice    str, one of `values`
list      tuple of the item's values
record    Mapping from key to value
file      model.case.FileRef (an answer of a file field is a list of them)
address   Mapping of texts: street, unit, city, province, postal_code, country

Nothing (an answer that was not given, a fact that is not known) is None, or a name that is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text", "number", "date", "moment", "yes_no", "choice", "list", "record", "file", "address", "unknown"
]
Value: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Type:
    """What a name may hold. Make one with the constants and functions below.

    `values` and `choices` belong to a choice: its ids in order, and the name under which a formatter finds their
    labels. `item` belongs to a list. `keys` and `shown` belong to a record; `shown` is the key whose value stands for
    the whole record in words and in comparisons ("" when there is none): the value of a code, for example.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    choices: str = field(default="", compare=False)
    item: Type | None = None
    keys: Mapping[str, Type] = field(default_factory=dict, hash=False)
    shown: str = ""

    def __str__(self) -> str:
        return f"list of {self.item}" if self.item is not None else self.kind


TEXT = Type("text")
NUMBER = Type("number")
DATE = Type("date")
MOMENT = Type("moment")
YES_NO = Type("yes_no")
UNKNOWN = Type("unknown")
"""What stands for a type that could not be found out: it fits everything, so that one slip is told once."""

FILE = Type("file")
ADDRESS = Type(
    "address",
    keys=dict.fromkeys(("street", "unit", "city", "province", "postal_code", "country"), TEXT),
)
ORDERED = frozenset({"number", "date", "moment"})


def choice_of(values: Iterable[str], choices: str = "") -> Type:
    """One of these ids; `choices` is the name of the list (or of the field) that has their labels."""
    return Type("choice", values=tuple(values), choices=choices)


def list_of(item: Type) -> Type:
    """Any number of values of one type, in order."""
    return Type("list", item=item)


def record_of(keys: Mapping[str, Type], shown: str = "") -> Type:
    """Named values: a source's facts, `case`, `account`, `actor`, `code`, `timer`."""
    return Type("record", keys=dict(keys), shown=shown)


CODE = record_of({"value": TEXT, "expires": MOMENT}, shown="value")
"""One of the keys of `code`: `{{ code.verification }}` shows its value, `code.verification.expires` is a moment."""


def fits(actual: Type, expected: Type) -> bool:
    """Whether a value of the type `actual` may stand where `expected` is asked for."""
    if "unknown" in (actual.kind, expected.kind):
        return True
    if expected.kind == "text" and actual.kind == "choice":
        return True
    return alike(actual, expected)


def alike(one: Type, other: Type) -> bool:
    """Whether values of the two types can ever be equal; two choices need a value in common."""
    if "unknown" in (one.kind, other.kind):
        return True
    if one.kind != other.kind:
        return False
    if one.kind == "choice":
        return not set(one.values).isdisjoint(other.values)
    if one.item is not None and other.item is not None:
        return alike(one.item, other.item)
    return True


def join(one: Type, other: Type) -> Type | None:
    """The type of what is either of the two, or None when they have none in common."""
    if one.kind == "unknown" or one == other:
        return other
    if other.kind == "unknown":
        return one
    if {one.kind, other.kind} <= {"text", "choice"}:
        if one.kind == other.kind == "choice":
            return choice_of(dict.fromkeys(one.values + other.values), one.choices)
        return TEXT
    if one.item is not None and other.item is not None:
        item = join(one.item, other.item)
        return list_of(item) if item else None
    return None
