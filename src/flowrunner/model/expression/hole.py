"""What stands between `{{` and `}}` in a text: an expression, and the filter that puts its value into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

from flowrunner.model.expression.closures import Builder
from flowrunner.model.expression.expression import Expression, Scope, compile_tree
from flowrunner.model.expression.filters import WORDS
from flowrunner.model.expression.parse import parse_expression
from flowrunner.model.expression.syntax import Constant, Filter, Key, Name, extent
from flowrunner.model.mistake import Mistake
from flowrunner.model.types import TEXT, UNKNOWN, Type, Value
from flowrunner.span import NOWHERE, Span
from flowrunner.text.parts import Piece, ShownValue, ValueFormatter
from flowrunner.text.text import Text


class Filling(Struct, frozen=True):
    """An expression in a text. `words` is its last filter when that makes words, else "": its type then decides.
    `zone` is the clock that shows moments."""

    expression: Expression
    words: str = ""
    zone: tzinfo = UTC

    @property
    def block(self) -> bool:
        """Whether it shows as a list of its own rather than within a line."""
        return self.words == "bullets"

    def show(self, env: Mapping[str, Value], formatter: ValueFormatter) -> ShownValue:
        """Its value in words; nothing has none."""
        value = self.expression.evaluate(env)
        if value is None:
            return ShownValue(())
        if type(value) is str and self.expression.type.kind == "text":
            return ShownValue((Piece(value),))
        if isinstance(value, datetime):
            value = value.astimezone(self.zone)
        return _show(value, self.expression.type, self.words, formatter)


def constant_filling(source: str, value: str) -> Filling:
    """What stands in a hole that always shows the same words."""
    tree = Constant(value)
    return Filling(Expression(source, TEXT, tree, Builder({}, UTC).build(tree)))


def compile_hole(source: str, scope: Scope, *, span: Span = NOWHERE) -> Filling | tuple[Mistake, ...]:
    """Parse, check and compile what stands in a hole."""
    tree = parse_expression(source)
    if isinstance(tree, Mistake):
        return (tree,)
    words = ""
    last = tree
    if isinstance(tree, Filter) and tree.name in WORDS:
        words, tree = tree.name, tree.operand
    expression = compile_tree(source, tree, scope, span=span)
    if not isinstance(expression, Expression):
        return expression
    wrong = _unfit(expression.type, words)
    if isinstance(last, Filter) and words and last.args:
        return (Mistake("bad_arguments", {"name": words, "wanted": "…"}, last.offset, last.length),)
    if wrong:
        return (Mistake("wrong_type", {"found": str(expression.type), "wanted": wrong}, *extent(tree)),)
    return Filling(expression, words, scope.zone)


def unknown_hole(source: str) -> Filling:
    """What stands for a hole with mistakes, so that the rest of its text can still be read: it shows nothing."""
    return Filling(Expression(source, UNKNOWN, Constant(""), lambda env: None))


def _unfit(actual: Type, words: str) -> str:
    """What is wanted when a type cannot be put into words so, else ""."""
    if actual.kind == "unknown":
        return ""
    if words and actual.kind not in WORDS[words]:
        return WORDS[words][0]
    innermost = actual.item if actual.item is not None else actual
    return "text" if innermost.kind in ("record", "list") else ""


def _show(value: Value, actual: Type, words: str, formatter: ValueFormatter) -> ShownValue:
    match words or actual.kind:
        case "bullets":
            item = actual.item or UNKNOWN
            return ShownValue(tuple(_piece(one, item, "", formatter) for one in value), "items")
        case "address":
            return ShownValue(tuple(Piece(line) for line in formatter.address(value)), "lines")
        case "list" | "join_and":
            return ShownValue(_joined(value, actual.item or UNKNOWN, formatter))
    return ShownValue((_piece(value, actual, words, formatter),))


def _joined(values: tuple[Value, ...], item: Type, formatter: ValueFormatter) -> tuple[Piece, ...]:
    """The items of a list with the language's own commas and `and`, each in the language that its words are in."""
    shown = [_piece(value, item, "", formatter) for value in values]
    if not any(piece.lang for piece in shown):
        return (Piece(formatter.formats.join(tuple(piece.words for piece in shown))),) if shown else ()
    marks = [chr(0xF0000 + number) for number in range(len(shown))]  # private characters, one for each item
    between: list[Piece] = []
    rest = formatter.formats.join(tuple(marks))
    for mark, piece in zip(marks, shown, strict=True):
        before, _, rest = rest.partition(mark)
        between += [Piece(before), piece]
    return tuple(piece for piece in (*between, Piece(rest)) if piece.words)


def _piece(value: Value, actual: Type, words: str, formatter: ValueFormatter) -> Piece:
    match words or actual.kind:
        case "money" | "time" | "date" | "moment" | "number" as kind:
            return Piece(getattr(formatter.formats, kind)(value))
        case "yes_no":
            return Piece(formatter.formats.value(value))
        case "choice":
            return formatter.label(actual.choices, value)
        case "file":
            return Piece(str(value.name))
        case "address":
            return Piece(", ".join(formatter.address(value)))
    return Piece(str(value))


def text_names(text: Text) -> frozenset[str]:
    """The root names that the holes of a text read, in any of its languages."""
    fills = [fill for words in text.words.values() for fill in words.fills]
    return frozenset().union(*(fill.expression.names for fill in fills if isinstance(fill, Filling)))


def text_shows(text: Text, language: str, name: str) -> bool:
    """Whether a hole of a text shows just this name (`today`, `case.reference`) in a language, in whatever form."""
    words = text.words[language]
    fills = (fill for fill in words.fills if isinstance(fill, Filling))
    return any(fill.expression.reads == {name} and isinstance(fill.expression.tree, Name | Key) for fill in fills)
