"""What an expression means, written as plainly as it can be: the closures must agree with this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from math import floor as floor_of
from typing import Any

from flowrunner.model.duration import Duration, parse_duration
from flowrunner.model.expression import syntax as s
from flowrunner.model.expression.expression import Expression
from flowrunner.model.types import Type

ROUNDING = {"round": ROUND_HALF_EVEN, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}


class Naive:
    def __init__(self, env: Mapping[str, Any], conditions: Mapping[str, Expression], zone: tzinfo) -> None:
        self.env, self.conditions, self.zone = env, conditions, zone

    def value(self, node: s.Node) -> Any:
        on: Callable[[s.Node], Any] = getattr(self, f"on_{type(node).__name__.lower()}")
        return on(node)

    def raw(self, node: s.Node) -> Any:
        if isinstance(node, s.Name):
            return self.env.get(node.name)
        if isinstance(node, s.Key):
            record = self.raw(node.record)
            return None if record is None else record.get(node.key)
        return self.value(node)

    def typed(self, raw: Any, found: Type) -> Any:
        if raw is None:
            return {"list": (), "yes_no": False}.get(found.kind)
        return raw

    def on_name(self, node: s.Name) -> Any:
        return self.typed(self.raw(node), node.type)

    def on_key(self, node: s.Key) -> Any:
        return self.typed(self.raw(node), node.type)

    def on_constant(self, node: s.Constant) -> Any:
        return node.value

    def on_conditionref(self, node: s.ConditionRef) -> Any:
        return self.env.get(f"_{node.name}", self.value(self.conditions[node.name].tree))

    def on_listof(self, node: s.ListOf) -> Any:
        return tuple(value for value in map(self.value, node.items) if value is not None)

    def on_compare(self, node: s.Compare) -> bool:
        left, right = self.value(node.left), self.value(node.right)
        meanings: Mapping[str, Callable[[], bool]] = {
            "==": lambda: left is not None and right is not None and left == right,
            "!=": lambda: not (left is not None and right is not None and left == right),
            "<": lambda: left is not None and right is not None and left < right,
            "<=": lambda: left is not None and right is not None and left <= right,
            ">": lambda: left is not None and right is not None and left > right,
            ">=": lambda: left is not None and right is not None and left >= right,
            "in": lambda: left is not None and left in right,
            "not in": lambda: not (left is not None and left in right),
        }
        return meanings[node.op]()

    def on_and(self, node: s.And) -> bool:
        return all(self.value(part) for part in node.parts)

    def on_or(self, node: s.Or) -> bool:
        return any(self.value(part) for part in node.parts)

    def on_not(self, node: s.Not) -> bool:
        return not self.value(node.operand)

    def on_negative(self, node: s.Negative) -> Any:
        value = self.value(node.operand)
        return None if value is None else Decimal(0) - value

    def on_ifelse(self, node: s.IfElse) -> Any:
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        return then if self.value(node.test) else otherwise

    def on_istest(self, node: s.IsTest) -> bool:
        return self.raw(node.operand) not in (None, (), "")

    def on_arithmetic(self, node: s.Arithmetic) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        if isinstance(left, date):
            return Decimal(left.toordinal() - right.toordinal())
        if node.op in ("/", "//") and right == 0:
            return None
        if node.op == "//":
            whole = Decimal(floor_of(Fraction(left) / Fraction(right)))
            return whole if len(str(abs(whole))) <= 28 else None
        with localcontext(Context(prec=28, rounding=ROUND_HALF_EVEN)):
            return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[node.op](right)

    def on_filter(self, node: s.Filter) -> Any:
        value = self.value(node.operand)
        if value is None:
            return None
        match node.name:
            case "length" | "count":
                return Decimal(len(value))
            case "plus" | "minus":
                return self.shifted(value, node.args[0], 1 if node.name == "plus" else -1)
            case "day":
                return value.astimezone(self.zone).date()
            case "lower" | "upper":
                return getattr(value, node.name)()
        places = int(node.args[0]) if node.args else 0
        return value.quantize(Decimal(10) ** -places, rounding=ROUNDING[node.name])

    def shifted(self, value: date, words: Any, sign: int) -> Any:
        duration = parse_duration(words)
        assert isinstance(duration, Duration)
        if isinstance(value, datetime):
            return duration.add_to(value, self.zone, sign)
        return duration.add_to_date(value, sign)
