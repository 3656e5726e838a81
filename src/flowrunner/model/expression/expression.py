"""An expression of a flow: checked once against the names that it may read, then evaluated as a closure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, tzinfo

from msgspec import Struct, field

from flowrunner.model.expression.check import Checker
from flowrunner.model.expression.closures import Builder
from flowrunner.model.expression.parse import parse_expression
from flowrunner.model.expression.syntax import ConditionRef, Constant, Key, Name, Node, depth, walk_expression
from flowrunner.model.mistake import Mistake
from flowrunner.model.types import YES_NO, Type, Value
from flowrunner.span import NOWHERE, Span

MOST_WORK = 20_000
MOST_OPEN = 150


@dataclasses.dataclass(frozen=True, slots=True)
class Expression:
    """What an author wrote where a value or a guard is expected.

    `evaluate` takes the environment (root name → value, an absent name is nothing; never changed, never copied) and
    gives a value of `type`, None for nothing; it raises for no environment that keeps to the types of the names.
    `names` are the root names that it reads, `reads` the same with their keys (`email`, `register.status`), both
    through conditions too; `conditions` are those that it names itself. `work` is the most nodes that one evaluation
    passes, `depth` how many of them are open at once, conditions counted in. `constant` is true when it reads nothing.
    """

    source: str
    type: Type
    tree: Node
    evaluate: Callable[[Mapping[str, Value]], Value] = dataclasses.field(compare=False, repr=False)
    names: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    conditions: tuple[str, ...] = ()
    work: int = 1
    depth: int = 1
    span: Span = NOWHERE

    @property
    def constant(self) -> bool:
        """Whether it gives the same value whatever is answered."""
        return not self.reads and not self.conditions

    def walk(self) -> Iterator[Node]:
        """Every node of its tree, parents first; conditions stay `ConditionRef`."""
        return walk_expression(self.tree)


class Scope(Struct, frozen=True):
    """What an expression may name: typed names, conditions that are compiled, and the zone in which days end.

    `broken` are conditions that have mistakes of their own: naming one is no further mistake.
    """

    names: Mapping[str, Type]
    conditions: Mapping[str, Expression] = field(default_factory=dict)
    zone: tzinfo = UTC
    broken: frozenset[str] = frozenset()


def compile_expression(
    source: str, scope: Scope, *, expected: Type | None = None, span: Span = NOWHERE
) -> Expression | tuple[Mistake, ...]:
    """Parse, check and compile; all mistakes at once, in the order in which they stand in the source.

    `expected` is the type that its place asks for: YES_NO for a guard, the field's type for a bound or a prefill (a
    quoted date then becomes a date, and a choice must be one of the list).
    """
    tree = parse_expression(source)
    if isinstance(tree, Mistake):
        return (tree,)
    return compile_tree(source, tree, scope, expected=expected, span=span)


def compile_tree(
    source: str, tree: Node, scope: Scope, *, expected: Type | None = None, span: Span = NOWHERE
) -> Expression | tuple[Mistake, ...]:
    """The same from a tree that `parse` gave."""
    checker = Checker(scope.names, frozenset(scope.conditions) | scope.broken)
    checked, actual = checker.check(tree, expected)
    if checker.mistakes:
        return tuple(sorted(checker.mistakes, key=lambda mistake: mistake.offset))
    return _expression(source, checked, actual, scope, span)


def _expression(
    source: str, tree: Node, actual: Type, scope: Scope, span: Span, switch: str | None = None
) -> Expression | tuple[Mistake, ...]:
    nodes = tuple(walk_expression(tree))
    named = tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, ConditionRef)))
    named_conditions = [scope.conditions[name] for name in named if name in scope.conditions]
    work = len(nodes) + sum(
        scope.conditions[node.name].work
        for node in nodes
        if isinstance(node, ConditionRef) and node.name in scope.conditions
    )
    if work > MOST_WORK:
        return (Mistake("too_long", {"most": str(MOST_WORK)}, 0, len(source)),)
    deep = depth(tree) + max((condition.depth for condition in named_conditions), default=0)
    if deep > MOST_OPEN:
        return (Mistake("too_deep", {"most": str(MOST_OPEN)}, 0, len(source)),)
    builder = Builder({name: condition.evaluate for name, condition in scope.conditions.items()}, scope.zone)
    return Expression(
        source,
        actual,
        tree,
        builder.switch(switch, tree) if switch is not None else builder.build(tree),
        names=frozenset(_roots(nodes)).union(*(condition.names for condition in named_conditions)),
        reads=frozenset(_reads(nodes)).union(*(condition.reads for condition in named_conditions)),
        conditions=named,
        work=work,
        depth=deep,
        span=span,
    )


def _roots(nodes: Iterable[Node]) -> Iterator[str]:
    return (node.name for node in nodes if isinstance(node, Name))


def _reads(nodes: tuple[Node, ...]) -> Iterator[str]:
    inner = {id(node.record) for node in nodes if isinstance(node, Key)}
    for node in nodes:
        if id(node) in inner:
            continue
        if isinstance(node, Key):
            yield node.dotted
        elif isinstance(node, Name):
            yield node.name


# --- Conditions ---------------------------------------------------------------------------


class Conditions(Struct, frozen=True):
    """Named guards compiled together: those that are sound, in an order in which each stands after those that it
    names, and the mistakes of the others. `switches` are the sound ones that are the constant `true` or `false`."""

    compiled: Mapping[str, Expression]
    mistakes: Mapping[str, tuple[Mistake, ...]]
    switches: frozenset[str] = frozenset()


def compile_conditions(
    sources: Mapping[str, tuple[str, Span]],
    names: Mapping[str, Type],
    zone: tzinfo = UTC,
) -> Conditions:
    """Compile the conditions of a flow, each of which may name others in no circle.

    A switch obeys the environment: where it holds `switch_key(name)`, that yes or no is its value.
    """
    mistakes: dict[str, tuple[Mistake, ...]] = {}
    trees: dict[str, Node] = {}
    for name, (source, _) in sources.items():
        tree = parse_expression(source)
        if isinstance(tree, Mistake):
            mistakes[name] = (tree,)
        else:
            trees[name] = tree
    order, circles = _order(trees)
    mistakes |= circles
    compiled: dict[str, Expression] = {}
    switches = set()
    for name in order:
        condition = _condition(name, sources[name], trees[name], Scope(names, compiled, zone, frozenset(sources)))
        if isinstance(condition, Expression):
            compiled[name] = condition
            if isinstance(condition.tree, Constant):
                switches.add(name)
        else:
            mistakes[name] = condition
    return Conditions(compiled, mistakes, frozenset(switches))


def _condition(name: str, source: tuple[str, Span], tree: Node, scope: Scope) -> Expression | tuple[Mistake, ...]:
    checker = Checker(scope.names, scope.broken)
    checked, actual = checker.check(tree, YES_NO)
    if checker.mistakes:
        return tuple(sorted(checker.mistakes, key=lambda mistake: mistake.offset))
    return _expression(source[0], checked, actual, scope, source[1], name if isinstance(checked, Constant) else None)


def _order(trees: Mapping[str, Node]) -> tuple[list[str], dict[str, tuple[Mistake, ...]]]:
    """Names with those that they need first; a circle is told once, at the name in it that leads back to its start."""
    needs = {
        name: [node for node in walk_expression(tree) if isinstance(node, Name) and node.name in trees]
        for name, tree in trees.items()
    }
    order: list[str] = []
    circles: dict[str, tuple[Mistake, ...]] = {}
    done: set[str] = set()
    for start in trees:
        way = [(start, iter(needs[start]))] if start not in done else []
        while way:
            name, rest = way[-1]
            following = next(rest, None)
            if following is None:
                way.pop()
                done.add(name)
                order.append(name)
                continue
            on_way = [at for at, _ in way]
            if following.name in on_way:
                around = [*on_way[on_way.index(following.name) :], following.name]
                mistake = Mistake("circle", {"way": " > ".join(around)}, following.offset, following.length)
                circles.setdefault(name, (mistake,))
            elif following.name not in done:
                way.append((following.name, iter(needs[following.name])))
    return [name for name in order if name not in circles], circles
