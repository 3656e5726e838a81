"""The types of what is written out in an expression."""

from __future__ import annotations

from datetime import date

from flowrunner.model.expression.syntax import Constant, Key, Name, Node
from flowrunner.model.types import DATE, NUMBER, TEXT, YES_NO, Type


def of_constant(value: object) -> Type:
    """The type of a literal's value."""
    match value:
        case bool():
            return YES_NO
        case str():
            return TEXT
        case date():
            return DATE
        case _:
            return NUMBER


def of_literal(node: Node, otherwise: Type) -> Type:
    """The type of one part of a list or choice that has been checked: its own if it is a literal or a name."""
    match node:
        case Constant(value=value):
            return of_constant(value)
        case Name(type=actual) | Key(type=actual):
            return actual
    return otherwise
