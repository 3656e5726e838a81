"""Comments and blank lines, and what each belongs to.

A comment on a line of its own belongs to what begins below it; one that stands further to the right than that belongs
to the end of what stands above. A comment behind something belongs to its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from msgspec import Struct, field

from flowrunner.compiler.nodes import Mapping, Node, Scalar, walk_nodes
from flowrunner.compiler.nodes import Sequence as SequenceNode

BLANK = ""


class Behind(Struct, frozen=True):
    """A comment behind something; `column` counts from 0."""

    words: str
    column: int


class Comments(Struct):
    """Lines are comments or BLANK. `before` and `after` are by the identity of a key, or of an item of a list.

    `head` is what stands above everything, `tail` below. `behind` is by line from 1.
    """

    head: list[str] = field(default_factory=list)
    before: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)
    behind: dict[int, Behind] = field(default_factory=dict)
    own_lines: set[int] = field(default_factory=set)

    def inside(self, first: int, last: int) -> bool:
        """Whether a comment stands between the first line and the end of the last, other than behind the last."""
        return any(line in self.behind or line in self.own_lines for line in range(first, last))


class _Anchor(Struct, frozen=True):
    """A key or an item: the line where it begins, its column from 0, its identity."""

    line: int
    column: int
    ident: int


def read_comments(root: Mapping, lines: Sequence[str]) -> Comments:
    """The comments and blank lines of a file that was parsed without errors."""
    comments = Comments()
    taken = _taken(root)
    for number, line in enumerate(lines, start=1):
        place = _comment_in(line, taken.get(number, ()))
        if place is not None and line[:place].strip():
            comments.behind[number] = Behind(line[place:].rstrip(), place)
        elif place is not None:
            comments.own_lines.add(number)
    _assign(comments, root, lines, taken)
    return comments


def _taken(root: Mapping) -> dict[int, list[tuple[int, int]]]:
    """By line, the stretches of columns (from 0, the end not in it) that scalars take."""
    taken: dict[int, list[tuple[int, int]]] = {}
    far = 1 << 30
    for node in walk_nodes(root):
        if not isinstance(node, Scalar) or node.empty:
            continue
        span = node.span
        for number in range(span.line, span.end_line + 1):
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else far
            if node.block:
                # A comment may stand behind the sign of a block; its lines are words to their ends.
                start, end = (start, start + 1) if number == span.line else (0, far)
            taken.setdefault(number, []).append((start, end))
    return taken


def _comment_in(line: str, taken: Sequence[tuple[int, int]]) -> int | None:
    """The column from 0 of the comment of a line."""
    place = line.find("#")
    while place >= 0:
        free = not any(start <= place < end for start, end in taken)
        if free and (place == 0 or line[place - 1] in " \t"):
            return place
        place = line.find("#", place + 1)
    return None


# --- Whose they are -------------------------------------------------------------------------


def _assign(comments: Comments, root: Mapping, lines: Sequence[str], taken: dict[int, list[tuple[int, int]]]) -> None:
    anchors = {anchor.line: anchor for anchor in reversed(list(_anchors(root, lines)))}
    above: list[_Anchor] = []
    every: dict[int, list[_Anchor]] = {}
    for anchor in _anchors(root, lines):
        every.setdefault(anchor.line, []).append(anchor)
    run: list[tuple[int, str]] = []
    inner = _kept_in_place(root, lines)
    for number, line in enumerate(lines, start=1):
        if number in inner:
            continue
        if number in comments.own_lines:
            run.append((len(line) - len(line.lstrip()), line.strip()))
        elif not line.strip() and not any(start == 0 for start, _ in taken.get(number, ())):
            run.append((0, BLANK))
        elif number in anchors:
            _give(comments, run, above, anchors[number])
            run = []
            for anchor in every[number]:
                while above and above[-1].column >= anchor.column:
                    above.pop()
                above.append(anchor)
    _give(comments, run, above, None)


def _kept_in_place(root: Mapping, lines: Sequence[str]) -> set[int]:
    """The lines that belong to what they stand in: below the first of a `{ }` or `[ ]`, and the blank ones that a text
    with `|+` ends with."""
    numbers: set[int] = set()
    for node in walk_nodes(root):
        span = node.span
        if isinstance(node, Scalar):
            if node.block and "+" in lines[span.line - 1][span.column - 1 : span.column + 2]:
                below = range(span.end_line + 1, len(lines) + 1)
                numbers.update(takewhile(lambda number: not lines[number - 1].strip(), below))
        elif node.flow:
            numbers.update(range(span.line + 1, span.end_line + 1))
    return numbers


def _give(comments: Comments, run: list[tuple[int, str]], above: list[_Anchor], below: _Anchor | None) -> None:
    """A run of lines goes to the end of what is above as long as its comments stand as far right as that, and further
    than what is below."""
    least = below.column if below is not None else 0
    deeper = [anchor for anchor in above if anchor.column > least]
    taken = 0
    for place, (column, words) in enumerate(run):
        deeper = [anchor for anchor in deeper if anchor.column <= column] if words else deeper
        if not deeper:
            break
        if words:
            lines = comments.after.setdefault(deeper[-1].ident, [])
            lines += [line for _, line in run[taken : place + 1]]
            taken = place + 1
    rest = [words for _, words in run[taken:]]
    if below is None:
        comments.tail += rest
    elif not above:
        comments.head += rest
    else:
        comments.before[below.ident] = rest


def _anchors(node: Node, lines: Sequence[str]) -> Iterator[_Anchor]:
    """Every key and item that begins a line or follows a dash, in the order of the file."""
    if isinstance(node, Mapping) and not node.flow:
        for key, value in node.entries:
            yield _Anchor(key.span.line, key.span.column - 1, id(key))
            yield from _anchors(value, lines)
    elif isinstance(node, SequenceNode) and not node.flow:
        column = node.span.column - 1
        least = node.span.line
        for item in node.items:
            line = _dash(lines, column, least, item.span.line)
            yield _Anchor(line, column, id(item))
            yield from _anchors(item, lines)
            least = item.span.end_line


def _dash(lines: Sequence[str], column: int, least: int, line: int) -> int:
    """The line of an item's dash: its own, or one above when the item begins below its dash."""
    for number in range(line, least - 1, -1):
        if lines[number - 1][column : column + 1] == "-" and not lines[number - 1][:column].strip(" -"):
            return number
    return line
