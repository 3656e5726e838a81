"""Types of expressions: every name must be known, every comparison must be able to hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from flowrunner.model.expression.filters import FILTERS, TESTS, WORDS, BadArguments
from flowrunner.model.expression.literals import of_constant, of_literal
from flowrunner.model.expression.syntax import (
    And,
    Arithmetic,
    Compare,
    ConditionRef,
    Constant,
    Filter,
    IfElse,
    IsTest,
    Key,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    place,
)
from flowrunner.model.mistake import Mistake
from flowrunner.model.record import replace
from flowrunner.model.types import (
    DATE,
    NUMBER,
    ORDERED,
    UNKNOWN,
    YES_NO,
    Type,
    alike,
    fits,
    join,
    list_of,
)
from flowrunner.registry import nearest

_WHOLE = frozenset({"list", "record", "file", "address"})


class Checker:
    """Checks one tree: `check` gives the typed tree and its type, `mistakes` collects all that is wrong."""

    def __init__(self, names: Mapping[str, Type], conditions: Collection[str]) -> None:
        self.names = names
        self.conditions = conditions
        self.mistakes: list[Mistake] = []

    def check(self, node: Node, expected: Type | None = None) -> tuple[Node, Type]:
        """The tree with its types, as a value of the type `expected` if one is given."""
        checked, found = self._plain(node)
        if expected is None:
            return checked, found
        checked, found = self._as(checked, found, expected)
        if not fits(found, expected):
            code = "not_a_yes_no" if expected == YES_NO else "wrong_type"
            self._slip(node, code, {"found": str(found), "wanted": str(expected)})
        return checked, found

    def _slip(self, node: Node, code: str, values: Mapping[str, str], likely: str | None = None) -> None:
        self.mistakes.append(Mistake(code, values, *place(node), likely))

    # --- Names ---

    def _infer(self, node: Node) -> tuple[Node, Type]:
        match node:
            case Name():
                return self._name(node)
            case Key():
                return self._key(node)
            case Constant(value=value):
                return node, of_constant(value)
            case ConditionRef():
                return node, YES_NO
            case ListOf():
                return self._list(node)
            case Compare():
                return self._compare(node), YES_NO
            case And(parts=several):
                return And(tuple(self.check(part, YES_NO)[0] for part in several)), YES_NO
            case Or(parts=several):
                return Or(tuple(self.check(part, YES_NO)[0] for part in several)), YES_NO
            case Not(operand=operand):
                return Not(self.check(operand, YES_NO)[0]), YES_NO
            case Negative(operand=operand):
                return Negative(self.check(operand, NUMBER)[0]), NUMBER
            case Arithmetic():
                return self._arithmetic(node)
            case IfElse():
                return self._if_else(node)
            case IsTest():
                return self._test(node), YES_NO
            case Filter():
                return self._filter(node)

    def _plain(self, node: Node) -> tuple[Node, Type]:
        """As `_infer`, with a record that stands for one of its keys replaced by that key."""
        checked, found = self._infer(node)
        if found.kind == "record" and found.shown:
            shown = found.keys[found.shown]
            return Key(checked, found.shown, shown), shown
        return checked, found

    def _name(self, node: Name) -> tuple[Node, Type]:
        if node.name in self.names:
            found = self.names[node.name]
            return replace(node, type=found), found
        if node.name in self.conditions:
            return ConditionRef(node.name, offset=node.offset, length=node.length), YES_NO
        likely = nearest(node.name, (*self.names, *self.conditions))
        self._slip(node, "unknown_name", {"name": node.name}, likely)
        return node, UNKNOWN

    def _key(self, node: Key) -> tuple[Node, Type]:
        record, found = self._infer(node.record)
        checked = replace(node, record=record)
        if found.kind == "unknown":
            return checked, UNKNOWN
        here = Mistake("", {}, node.offset, node.length)
        if found.kind not in ("record", "address"):
            self.mistakes.append(replace(here, code="no_keys", values={"found": str(found), "name": node.key}))
            return checked, UNKNOWN
        if node.key not in found.keys:
            values = {"record": place_name(node.record), "name": node.key, "known": ", ".join(found.keys)}
            likely = nearest(node.key, found.keys)
            self.mistakes.append(replace(here, code="no_such_key", values=values, nearest=likely))
            return checked, UNKNOWN
        return replace(checked, type=found.keys[node.key]), found.keys[node.key]

    # --- Values ---

    def _list(self, node: ListOf) -> tuple[Node, Type]:
        items, item = [], UNKNOWN
        for part in node.items:
            checked, found = self._plain(part)
            joined = join(item, found)
            if joined is None:
                self._slip(part, "different_types", {"left": str(item), "right": str(found)})
            items.append(checked)
            item = joined or UNKNOWN
        return replace(node, items=tuple(items)), list_of(item)

    def _if_else(self, node: IfElse) -> tuple[Node, Type]:
        test, _ = self.check(node.test, YES_NO)
        then, left = self._plain(node.then)
        otherwise, right = self._plain(node.otherwise)
        then, left = self._as(then, left, right)
        otherwise, right = self._as(otherwise, right, left)
        found = join(left, right)
        if found is None:
            self._slip(node, "different_types", {"left": str(left), "right": str(right)})
        return IfElse(test, then, otherwise), found or UNKNOWN

    def _arithmetic(self, node: Arithmetic) -> tuple[Node, Type]:
        left, one = self._plain(node.left)
        right, other = self._plain(node.right)
        if node.op == "-" and DATE in (one, other):
            left, one = self._as(left, one, DATE)
            right, other = self._as(right, other, DATE)
            wanted = DATE
        else:
            wanted = NUMBER
        for part, found in ((node.left, one), (node.right, other)):
            if not fits(found, wanted):
                self._slip(part, "wrong_type", {"found": str(found), "wanted": str(wanted)})
        return Arithmetic(node.op, left, right), NUMBER

    # --- Comparisons ---

    def _compare(self, node: Compare) -> Node:
        left, one = self._plain(node.left)
        right, other = self._plain(node.right)
        if node.op in ("in", "not in"):
            return self._member(node, (left, one), (right, other))
        left, one = self._as(left, one, other)
        right, other = self._as(right, other, one)
        if not alike(one, other):
            self._slip(node, "different_types", {"left": str(one), "right": str(other)})
        elif {one.kind, other.kind} & _WHOLE:
            self._slip(node, "not_comparable", {"found": str(one)})
        elif node.op not in ("==", "!="):
            for found in (one, other):
                if found.kind not in ORDERED and found.kind != "unknown":
                    self._slip(node, "not_ordered", {"found": str(found)})
                    break
        return Compare(node.op, left, right)

    def _member(self, node: Compare, one: tuple[Node, Type], many: tuple[Node, Type]) -> Node:
        left, item = one
        right, found = many
        if found.kind == "unknown":
            return Compare(node.op, left, right)
        if found.item is None:
            self._slip(node.right, "never_a_list", {"found": str(found)})
            return Compare(node.op, left, right)
        left, item = self._as(left, item, found.item)
        right, found = self._as(right, found, list_of(item))
        if found.item is not None and not alike(item, found.item):
            self._slip(node, "different_types", {"left": str(item), "right": str(found.item)})
        elif item.kind in _WHOLE:
            self._slip(node.left, "not_comparable", {"found": str(item)})
        return Compare(node.op, left, right)

    def _as(self, node: Node, found: Type, wanted: Type) -> tuple[Node, Type]:
        """A literal (or a list or a choice between literals) as what is wanted; anything else as it is."""
        match node:
            case Constant(value=str() as characters) if wanted.kind == "choice":
                if characters not in wanted.values:
                    known = ", ".join(wanted.values)
                    likely = nearest(characters, wanted.values)
                    self._slip(node, "unknown_value", {"name": characters, "known": known}, likely)
                return node, wanted
            case Constant(value=str() as characters) if wanted.kind == "date":
                return self._date(node, characters)
            case ListOf(items=items) if wanted.item is not None and found.item is not None:
                wanted_item = wanted.item
                made = [self._as(item, of_literal(item, found.item), wanted_item) for item in items]
                joined: Type | None = UNKNOWN
                for _, item in made:
                    joined = join(joined, item) if joined else None
                return replace(node, items=tuple(item for item, _ in made)), list_of(joined) if joined else found
            case IfElse() if found.kind in ("text", "list"):
                then, one = self._as(node.then, of_literal(node.then, found), wanted)
                otherwise, other = self._as(node.otherwise, of_literal(node.otherwise, found), wanted)
                return replace(node, then=then, otherwise=otherwise), join(one, other) or found
        return node, found

    def _date(self, node: Constant, characters: str) -> tuple[Node, Type]:
        try:
            day = date.fromisoformat(characters) if len(characters) == 10 else None
        except ValueError:
            day = None
        if day is None:
            self._slip(node, "not_a_date", {"found": characters[:60]})
            return node, DATE
        return replace(node, value=day), DATE

    # --- Tests and filters ---

    def _test(self, node: IsTest) -> Node:
        operand, _ = self._plain(node.operand)
        if node.name not in TESTS:
            values = {"name": node.name, "known": ", ".join(TESTS)}
            self.mistakes.append(Mistake("unknown_test", values, node.offset, node.length, nearest(node.name, TESTS)))
        return replace(node, operand=operand)

    def _filter(self, node: Filter) -> tuple[Node, Type]:
        operand, found = self._plain(node.operand)
        here = Mistake("", {}, node.offset, node.length)
        if node.name in WORDS:
            self.mistakes.append(replace(here, code="words_only", values={"name": node.name}))
            return node, UNKNOWN
        if node.name not in FILTERS:
            values = {"name": node.name, "known": ", ".join(FILTERS)}
            likely = nearest(node.name, (*FILTERS, *WORDS))
            self.mistakes.append(replace(here, code="unknown_filter", values=values, nearest=likely))
            return node, UNKNOWN
        entry = FILTERS[node.name]
        if found.kind not in (*entry.takes, "unknown"):
            values = {"found": str(found), "wanted": entry.takes[0]}
            self._slip(node.operand, "wrong_type", values)
            return replace(node, operand=operand), UNKNOWN
        read = entry.read(node.args, found)
        if isinstance(read, Mistake):
            self.mistakes.append(replace(read, offset=node.offset, length=node.length))
        elif isinstance(read, BadArguments):
            values = {"name": node.name, "wanted": read.wanted}
            self.mistakes.append(replace(here, code="bad_arguments", values=values))
        return replace(node, operand=operand), entry.gives(found)


def place_name(node: Node) -> str:
    """What a record is called in a message."""
    return node.dotted if isinstance(node, Key) else getattr(node, "name", "")
