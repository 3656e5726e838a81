"""Expressions: what an author writes where a value or a guard is expected, and in the holes of texts."""

from flowrunner.model.expression.closures import switch_key
from flowrunner.model.expression.expression import Conditions, Expression, Scope, compile_conditions, compile_expression
from flowrunner.model.expression.hole import Filling, compile_hole, constant_filling, unknown_hole
from flowrunner.model.expression.parse import parse_expression
from flowrunner.model.expression.syntax import Node, extent, parts, walk_expression
from flowrunner.model.mistake import Mistake

__all__ = [
    "Conditions",
    "Expression",
    "Filling",
    "Mistake",
    "Node",
    "Scope",
    "compile_conditions",
    "compile_expression",
    "compile_hole",
    "constant_filling",
    "extent",
    "parse_expression",
    "parts",
    "switch_key",
    "unknown_hole",
    "walk_expression",
]
