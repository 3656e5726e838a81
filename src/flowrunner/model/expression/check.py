"""Type checking of expressions: every name must be known, every comparison must be able to hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from flowrunner.model.expression import syntax
from flowrunner.model.expression.filters import FILTERS, TESTS, WORDS, BadArguments
from flowrunner.model.expression.literals import of_constant, of_literal
from flowrunner.model.expression.syntax import Node
from flowrunner.model.mistake import Mistake
from flowrunner.model.record import replace
from flowrunner.model.types import DATE, NUMBER, ORDERED, UNKNOWN, YES_NO, Type, alike, fits, join, list_of
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
        checked, actual = self._plain(node)
        if expected is None:
            return checked, actual
        checked, actual = self._as(checked, actual, expected)
        if not fits(actual, expected):
            code = "not_a_yes_no" if expected == YES_NO else "wrong_type"
            self._slip(node, code, {"found": str(actual), "wanted": str(expected)})
        return checked, actual

    def _slip(self, node: Node, code: str, values: Mapping[str, str], likely: str | None = None) -> None:
        self.mistakes.append(Mistake(code, values, *syntax.extent(node), likely))

    # --- Names ---

    def _infer(self, node: Node) -> tuple[Node, Type]:
        match node:
            case syntax.Name():
                return self._name(node)
            case syntax.Key():
                return self._key(node)
            case syntax.Constant(value=value):
                return node, of_constant(value)
            case syntax.ConditionRef():
                return node, YES_NO
            case syntax.ListOf():
                return self._list(node)
            case syntax.Compare():
                return self._compare(node), YES_NO
            case syntax.And(parts=several):
                return syntax.And(tuple(self.check(part, YES_NO)[0] for part in several)), YES_NO
            case syntax.Or(parts=several):
                return syntax.Or(tuple(self.check(part, YES_NO)[0] for part in several)), YES_NO
            case syntax.Not(operand=operand):
                return syntax.Not(self.check(operand, YES_NO)[0]), YES_NO
            case syntax.Negative(operand=operand):
                return syntax.Negative(self.check(operand, NUMBER)[0]), NUMBER
            case syntax.Arithmetic():
                return self._arithmetic(node)
            case syntax.IfElse():
                return self._if_else(node)
            case syntax.IsTest():
                return self._test(node), YES_NO
            case syntax.Filter():
                return self._filter(node)

    def _plain(self, node: Node) -> tuple[Node, Type]:
        """As `_infer`, with a record that stands for one of its keys replaced by that key."""
        checked, actual = self._infer(node)
        if actual.kind == "record" and actual.shown:
            shown = actual.keys[actual.shown]
            return syntax.Key(checked, actual.shown, shown), shown
        return checked, actual

    def _name(self, node: syntax.Name) -> tuple[Node, Type]:
        if node.name in self.names:
            actual = self.names[node.name]
            return replace(node, type=actual), actual
        if node.name in self.conditions:
            return syntax.ConditionRef(node.name, offset=node.offset, length=node.length), YES_NO
        likely = nearest(node.name, (*self.names, *self.conditions))
        self._slip(node, "unknown_name", {"name": node.name}, likely)
        return node, UNKNOWN

    def _key(self, node: syntax.Key) -> tuple[Node, Type]:
        record, actual = self._infer(node.record)
        checked = replace(node, record=record)
        if actual.kind == "unknown":
            return checked, UNKNOWN
        here = Mistake("", {}, node.offset, node.length)
        if actual.kind not in ("record", "address"):
            self.mistakes.append(replace(here, code="no_keys", values={"found": str(actual), "name": node.key}))
            return checked, UNKNOWN
        if node.key not in actual.keys:
            values = {"record": place_name(node.record), "name": node.key, "known": ", ".join(actual.keys)}
            likely = nearest(node.key, actual.keys)
            self.mistakes.append(replace(here, code="no_such_key", values=values, nearest=likely))
            return checked, UNKNOWN
        return replace(checked, type=actual.keys[node.key]), actual.keys[node.key]

    # --- Values ---

    def _list(self, node: syntax.ListOf) -> tuple[Node, Type]:
        items, item = [], UNKNOWN
        for part in node.items:
            checked, actual = self._plain(part)
            joined = join(item, actual)
            if joined is None:
                self._slip(part, "different_types", {"left": str(item), "right": str(actual)})
            items.append(checked)
            item = joined or UNKNOWN
        return replace(node, items=tuple(items)), list_of(item)

    def _if_else(self, node: syntax.IfElse) -> tuple[Node, Type]:
        test, _ = self.check(node.test, YES_NO)
        then, left = self._plain(node.then)
        otherwise, right = self._plain(node.otherwise)
        then, left = self._as(then, left, right)
        otherwise, right = self._as(otherwise, right, left)
        actual = join(left, right)
        if actual is None:
            self._slip(node, "different_types", {"left": str(left), "right": str(right)})
        return syntax.IfElse(test, then, otherwise), actual or UNKNOWN

    def _arithmetic(self, node: syntax.Arithmetic) -> tuple[Node, Type]:
        left, one = self._plain(node.left)
        right, other = self._plain(node.right)
        if node.op == "-" and DATE in (one, other):
            left, one = self._as(left, one, DATE)
            right, other = self._as(right, other, DATE)
            expected = DATE
        else:
            expected = NUMBER
        for part, actual in ((node.left, one), (node.right, other)):
            if not fits(actual, expected):
                self._slip(part, "wrong_type", {"found": str(actual), "wanted": str(expected)})
        return syntax.Arithmetic(node.op, left, right), NUMBER

    # --- Comparisons ---

    def _compare(self, node: syntax.Compare) -> Node:
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
            for actual in (one, other):
                if actual.kind not in ORDERED and actual.kind != "unknown":
                    self._slip(node, "not_ordered", {"found": str(actual)})
                    break
        return syntax.Compare(node.op, left, right)

    def _member(self, node: syntax.Compare, one: tuple[Node, Type], many: tuple[Node, Type]) -> Node:
        left, item = one
        right, actual = many
        if actual.kind == "unknown":
            return syntax.Compare(node.op, left, right)
        if actual.item is None:
            self._slip(node.right, "never_a_list", {"found": str(actual)})
            return syntax.Compare(node.op, left, right)
        left, item = self._as(left, item, actual.item)
        right, actual = self._as(right, actual, list_of(item))
        if actual.item is not None and not alike(item, actual.item):
            self._slip(node, "different_types", {"left": str(item), "right": str(actual.item)})
        elif item.kind in _WHOLE:
            self._slip(node.left, "not_comparable", {"found": str(item)})
        return syntax.Compare(node.op, left, right)

    def _as(self, node: Node, actual: Type, expected: Type) -> tuple[Node, Type]:
        """A literal (or a list or a choice between literals) as what is wanted; anything else as it is."""
        match node:
            case syntax.Constant(value=str() as characters) if expected.kind == "choice":
                if characters not in expected.values:
                    names = ", ".join(expected.values)
                    likely = nearest(characters, expected.values)
                    self._slip(node, "unknown_value", {"name": characters, "known": names}, likely)
                return node, expected
            case syntax.Constant(value=str() as characters) if expected.kind == "date":
                return self._date(node, characters)
            case syntax.ListOf(items=items) if expected.item is not None and actual.item is not None:
                wanted_item = expected.item
                converted = [self._as(item, of_literal(item, actual.item), wanted_item) for item in items]
                joined: Type | None = UNKNOWN
                for _, item in converted:
                    joined = join(joined, item) if joined else None
                return replace(node, items=tuple(item for item, _ in converted)), list_of(joined) if joined else actual
            case syntax.IfElse() if actual.kind in ("text", "list"):
                then, one = self._as(node.then, of_literal(node.then, actual), expected)
                otherwise, other = self._as(node.otherwise, of_literal(node.otherwise, actual), expected)
                return replace(node, then=then, otherwise=otherwise), join(one, other) or actual
        return node, actual

    def _date(self, node: syntax.Constant, characters: str) -> tuple[Node, Type]:
        try:
            day = date.fromisoformat(characters) if len(characters) == 10 else None
        except ValueError:
            day = None
        if day is None:
            self._slip(node, "not_a_date", {"found": characters[:60]})
            return node, DATE
        return replace(node, value=day), DATE

    # --- Tests and filters ---

    def _test(self, node: syntax.IsTest) -> Node:
        operand, _ = self._plain(node.operand)
        if node.name not in TESTS:
            values = {"name": node.name, "known": ", ".join(TESTS)}
            self.mistakes.append(Mistake("unknown_test", values, node.offset, node.length, nearest(node.name, TESTS)))
        return replace(node, operand=operand)

    def _filter(self, node: syntax.Filter) -> tuple[Node, Type]:
        operand, actual = self._plain(node.operand)
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
        if actual.kind not in (*entry.takes, "unknown"):
            values = {"found": str(actual), "wanted": entry.takes[0]}
            self._slip(node.operand, "wrong_type", values)
            return replace(node, operand=operand), UNKNOWN
        read = entry.read(node.args, actual)
        if isinstance(read, Mistake):
            self.mistakes.append(replace(read, offset=node.offset, length=node.length))
        elif isinstance(read, BadArguments):
            values = {"name": node.name, "wanted": read.example}
            self.mistakes.append(replace(here, code="bad_arguments", values=values))
        return replace(node, operand=operand), entry.gives(actual)


def place_name(node: Node) -> str:
    """What a record is called in a message."""
    return node.dotted if isinstance(node, syntax.Key) else getattr(node, "name", "")
