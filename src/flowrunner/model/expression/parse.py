"""From characters to a tree: Jinja2's own expression parser, then a closed list of nodes.

Jinja knows lines only. Its tokens are therefore made here, with the offset of each where Jinja expects a line number,
and numbers as exact decimals. Whatever is written ends in a tree or in one `Mistake`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Token, TokenStream, operators
from jinja2.parser import Parser

from flowrunner.model.expression import syntax
from flowrunner.model.expression.syntax import Node
from flowrunner.model.mistake import Mistake

MOST_CHARACTERS = 20_000
MOST_TOKENS = 2_000
MOST_BRACKETS = 25
MOST_DEPTH = 60
MOST_DIGITS = 28

_JINJA = Environment()  # noqa: S701 - only its parser is used: nothing is ever rendered
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_STRING = re.compile(r"(?s)(['\"])((?:[^\\]|\\[\\'\"])*)\1")
_OPERATORS = frozenset({"add", "sub", "mul", "div", "floordiv", "eq", "ne", "lt", "lteq", "gt", "gteq"})
_OPEN = frozenset({"lparen", "lbracket", "lbrace"})
_CLOSE = frozenset({"rparen", "rbracket", "rbrace"})
_FRESH = frozenset({"and", "or", "not", "if", "else"})
_COMPARE: dict[str, syntax.CompareOp] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}
_ARITHMETIC: dict[type[nodes.Expr], syntax.ArithmeticOp] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
}
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: "( )",
    nodes.Getitem: "[ ]",
    nodes.Dict: "{ }",
    nodes.Tuple: ",",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Concat: "~",
    nodes.Pos: "+",
}


class _Slip(Exception):
    """Carries a mistake out of the depths of the parser; never leaves this module."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.code)
        self.mistake = mistake


def parse_expression(source: str) -> Node | Mistake:
    """The tree of an expression, or the first thing that is wrong with how it is written."""
    if len(source) > MOST_CHARACTERS:
        return Mistake("too_long", {"most": str(MOST_CHARACTERS)}, 0, len(source))
    if not source.strip():
        return Mistake("empty", {}, 0, len(source))
    lengths: dict[int, int] = {}
    try:
        tokens = list(_tokens(source))
        _bound(tokens)
        lengths.update((token.lineno, length) for token, length in tokens)
        return _NodeReader(source, lengths).node(_parsed([token for token, _ in tokens]), 0)
    except _Slip as slip:
        return slip.mistake
    except TemplateSyntaxError as error:
        return _unexpected(source, error, lengths)
    except RecursionError:
        return Mistake("too_deep", {"most": str(MOST_BRACKETS)}, 0, len(source))


def _unexpected(source: str, error: TemplateSyntaxError, lengths: dict[int, int]) -> Mistake:
    """Jinja's own words are English and about templates: the place says enough."""
    if "end of template" in (error.message or "") or error.lineno >= len(source):
        return Mistake("syntax", {"what": "…"}, len(source.rstrip()) - 1, 1)
    length = lengths.get(error.lineno, 1)
    return Mistake("syntax", {"what": source[error.lineno : error.lineno + min(length, 40)]}, error.lineno, length)


def _parsed(tokens: list[Token]) -> nodes.Expr:
    parser = Parser(_JINJA, "")
    parser.stream = TokenStream(iter(tokens), None, None)
    tree = parser.parse_expression()
    if not parser.stream.eos:
        rest = parser.stream.current
        raise TemplateSyntaxError("something after the end", rest.lineno)
    return tree


# --- Tokens -------------------------------------------------------------------------------


def _tokens(source: str) -> Iterator[tuple[Token, int]]:
    """Jinja's tokens with their lengths; `lineno` is the offset of each."""
    offset = 0
    try:
        for _, kind, characters in _JINJA.lexer.tokeniter(_one_line(source), None, state="variable"):
            here, offset = offset, offset + len(characters)
            if kind != "whitespace":
                yield _token(here, kind, characters), len(characters)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", offset) from None


def _one_line(source: str) -> str:
    """The same number of characters without line breaks, which Jinja would count differently."""
    return re.sub(r"\s", " ", source)


def _token(offset: int, kind: str, characters: str) -> Token:
    match kind:
        case "operator":
            name = operators[characters]
            return Token(offset, name, characters)
        case "integer" | "float":
            return Token(offset, kind, _number(offset, characters))  # type: ignore[arg-type]
        case "string":
            return Token(offset, "string", _string(offset, characters))
        case "name":
            if characters.casefold() == "none":
                raise _Slip(Mistake("not_allowed", {"what": characters}, offset, len(characters)))
            return Token(offset, "name", characters)
        case _:
            raise _Slip(Mistake("syntax", {"what": characters[:40]}, offset, len(characters)))


def _number(offset: int, characters: str) -> Decimal:
    if not _NUMBER.fullmatch(characters):
        raise _Slip(Mistake("not_a_number", {"found": characters[:40]}, offset, len(characters)))
    if len(characters.replace(".", "")) > MOST_DIGITS:
        raise _Slip(Mistake("too_many_digits", {"most": str(MOST_DIGITS)}, offset, len(characters)))
    return Decimal(characters)


def _string(offset: int, characters: str) -> str:
    if "\\" not in characters:
        return characters[1:-1]
    if not _STRING.fullmatch(characters):
        raise _Slip(Mistake("bad_string", {}, offset, len(characters)))
    return re.sub(r"\\(.)", r"\1", characters[1:-1])


def _bound(tokens: list[tuple[Token, int]]) -> None:
    """Refuse what is too long or too deep to be handed to the parser, and filters that would surprise."""
    beside_operator = [False]
    for token, length in tokens:
        if token.type in _OPEN:
            beside_operator.append(False)
            if len(beside_operator) > MOST_BRACKETS + 1:
                raise _Slip(Mistake("too_deep", {"most": str(MOST_BRACKETS)}, token.lineno, length))
        elif token.type in _CLOSE and len(beside_operator) > 1:
            beside_operator.pop()
        elif token.type == "comma" or (token.type == "name" and token.value in _FRESH):
            beside_operator[-1] = False
        elif token.type in _OPERATORS or (token.type == "name" and token.value == "in"):
            beside_operator[-1] = True
        elif beside_operator[-1] and (token.type == "pipe" or (token.type == "name" and token.value == "is")):
            raise _Slip(Mistake("needs_brackets", {"what": str(token.value)}, token.lineno, length))
    if len(tokens) > MOST_TOKENS:
        raise _Slip(Mistake("too_long", {"most": str(MOST_TOKENS)}))


# --- Nodes --------------------------------------------------------------------------------


class _NodeReader:
    """Turns Jinja's nodes, whose `lineno` is an offset, into ours."""

    def __init__(self, source: str, lengths: dict[int, int]) -> None:
        self.source = source
        self.lengths = lengths
        self.offsets = sorted(lengths)

    def node(self, node: nodes.Node, depth: int) -> Node:
        at = max(node.lineno or 0, 0)
        length = self.lengths.get(at, 1)
        if depth > MOST_DEPTH:
            raise _Slip(Mistake("too_deep", {"most": str(MOST_DEPTH)}, at, length))
        deeper = depth + 1
        match node:
            case nodes.Name(name=name):
                return syntax.Name(name, offset=at, length=length)
            case nodes.Const(value=value):
                return syntax.Constant(value, offset=at, length=length)
            case nodes.Getattr(node=record, attr=key):
                return self._key(record, key, deeper)
            case nodes.List(items=items):
                return self._list(items, at, deeper)
            case nodes.Compare(expr=left, ops=[nodes.Operand(op=op, expr=right)]):
                return syntax.Compare(_COMPARE[op], self.node(left, deeper), self.node(right, deeper))
            case nodes.Compare():
                raise _Slip(Mistake("chained", {}, at, length))
            case nodes.And() | nodes.Or():
                return self._chain(node, deeper)
            case nodes.Not(node=operand):
                return syntax.Not(self.node(operand, deeper))
            case nodes.Neg(node=operand):
                return syntax.Negative(self.node(operand, deeper))
            case nodes.CondExpr(test=test, expr1=then, expr2=otherwise) if otherwise is not None:
                return syntax.IfElse(self.node(test, deeper), self.node(then, deeper), self.node(otherwise, deeper))
            case nodes.Filter(node=operand) | nodes.Test(node=operand) if operand is not None:
                return self._applied(node, operand, at, length, deeper)
            case nodes.BinExpr(left=left, right=right) if type(node) in _ARITHMETIC:
                return syntax.Arithmetic(_ARITHMETIC[type(node)], self.node(left, deeper), self.node(right, deeper))
        what = "if" if isinstance(node, nodes.CondExpr) else _REFUSED.get(type(node), "…")
        raise _Slip(Mistake("not_allowed", {"what": what}, at, length))

    def _list(self, items: list[nodes.Expr], at: int, depth: int) -> Node:
        """A list stands from its first bracket to the one that closes it."""
        inner = tuple(self.node(item, depth) for item in items)
        end = max((sum(syntax.extent(item)) for item in inner), default=at + 1)
        return syntax.ListOf(inner, offset=at, length=self.source.find("]", end) + 1 - at)

    def _key(self, record: nodes.Node, key: str, depth: int) -> Node:
        """Jinja places a key at the start of its record; the key itself stands after it."""
        inner = self.node(record, depth)
        return syntax.Key(inner, key, offset=self._after(inner), length=len(key))

    def _after(self, record: Node) -> int:
        """The offset of the first name after a record and its point."""
        end = record.offset + record.length if isinstance(record, syntax.Leaf) else 0
        index = bisect_right(self.offsets, end)
        return self.offsets[index] if index < len(self.offsets) else end

    def _chain(self, node: nodes.And | nodes.Or, depth: int) -> Node:
        """`a and b and c` as one node: Jinja nests to the left."""
        operands: list[Node] = []
        here: nodes.Node = node
        while isinstance(here, type(node)):
            operands.append(self.node(here.right, depth))
            here = here.left
        operands.append(self.node(here, depth))
        return (syntax.And if isinstance(node, nodes.And) else syntax.Or)(tuple(reversed(operands)))

    def _applied(self, node: nodes.Filter | nodes.Test, operand: nodes.Node, at: int, length: int, depth: int) -> Node:
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _Slip(Mistake("bad_arguments", {"name": node.name, "wanted": "('…')"}, at, length))
        args = []
        for arg in node.args:
            if not isinstance(arg, nodes.Const):
                raise _Slip(Mistake("bad_arguments", {"name": node.name, "wanted": "('…')"}, at, length))
            args.append(arg.value)
        inner = self.node(operand, depth)
        if isinstance(node, nodes.Filter):
            return syntax.Filter(node.name, inner, tuple(args), offset=at, length=length)
        if args:
            raise _Slip(Mistake("bad_arguments", {"name": node.name, "wanted": "…"}, at, length))
        return syntax.IsTest(node.name, inner, offset=at, length=length)
