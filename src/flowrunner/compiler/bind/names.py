"""Everything that an expression may name, with its type."""

from __future__ import annotations

from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.kinds import kind_of, type_of
from flowrunner.compiler.bind.people import bind_names, known_roles
from flowrunner.compiler.bind.sources import gives_of
from flowrunner.compiler.nodes import Mapping, Scalar
from flowrunner.diagnostics.codes import CIRCLE
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.expression.expression import Expression, Scope, compile_expression
from flowrunner.model.expression.parse import parse_expression
from flowrunner.model.expression.syntax import Name, walk_expression
from flowrunner.model.graph import SUBMITTED
from flowrunner.model.mistake import Mistake
from flowrunner.model.types import CODE, DATE, MOMENT, NUMBER, TEXT, UNKNOWN, YES_NO, Type, record_of

CASE = record_of(
    {
        "reference": TEXT,
        "submitted": MOMENT,
        "began": MOMENT,
        "language": TEXT,
        "round": NUMBER,
        "status": TEXT,
        "opened_from": TEXT,
    }
)


def names_of(binder: Binder) -> dict[str, Type]:
    """The types of fields, sources, moments and the interpreter's own records; conditions are not among them."""
    types: dict[str, Type] = {}
    for name, moment in binder.draft.moments().items():
        if moment.value:
            types[name] = MOMENT
    types[SUBMITTED] = MOMENT
    computed: dict[str, Scalar] = {}
    for name, entry in binder.draft["fields"].items():
        types[name] = _of_field(binder, name, entry.node, computed)
    for name, entry in binder.draft["sources"].items():
        types.setdefault(name, record_of(gives_of(binder, entry)))
    types |= _records(binder, types)
    _infer(binder, computed, types)
    return types


def _of_field(binder: Binder, name: str, node: object, computed: dict[str, Scalar]) -> Type:
    if not isinstance(node, Mapping) or kind_of(node) not in FIELD_TYPES:
        return UNKNOWN
    value = node.get("value")
    if isinstance(value, Scalar):
        computed[name] = value
        return UNKNOWN
    return type_of(binder, name, node)


def _records(binder: Binder, types: dict[str, Type]) -> dict[str, Type]:
    root, draft = binder.draft.root, binder.draft
    accounts = root.get("accounts")
    profile = bind_names(binder, accounts.get("profile")) if isinstance(accounts, Mapping) else ()
    roles = dict.fromkeys(known_roles(binder), YES_NO)
    return {
        "case": CASE,
        "account": record_of({**dict.fromkeys(draft["roles"], YES_NO), **{name: types[name] for name in profile}}),
        "actor": record_of(roles),
        "code": record_of(dict.fromkeys(draft["codes"], CODE)),
        "timer": record_of(dict.fromkeys(draft["timers"], MOMENT)),
        "today": DATE,
    }


def _infer(binder: Binder, computed: dict[str, Scalar], types: dict[str, Type]) -> None:
    """The types of computed fields, each after those that it reads. A circle is told at each field of it."""
    waits = _waits(binder, computed)
    conditions = frozenset(binder.draft["conditions"])
    ready = [name for name, others in waits.items() if not others]
    while ready:
        name = ready.pop()
        node = computed[name]
        value = compile_expression(node.value, Scope(types, {}, binder.zone, conditions), span=node.span)
        types[name] = value.type if isinstance(value, Expression) else UNKNOWN  # mistakes are told when it is bound
        del waits[name]
        for other, others in waits.items():
            if name in others:
                others.discard(name)
                if not others:
                    ready.append(other)
    for name in waits:
        binder.findings.add(CIRCLE, computed[name].span, "circle", {"way": ", ".join(waits)})


def _waits(binder: Binder, computed: dict[str, Scalar]) -> dict[str, set[str]]:
    """For each computed field the others that it reads, through conditions too."""
    guards = {name: under(entry.node, "when") for name, entry in binder.draft["conditions"].items()}
    named = {name: _roots(node) for name, node in guards.items() if isinstance(node, Scalar)}
    waits = {}
    for name, node in computed.items():
        seen: set[str] = set()
        waiting = _roots(node)
        while waiting:
            one = waiting.pop()
            seen.add(one)
            waiting |= named.get(one, set()) - seen
        waits[name] = seen & set(computed)
    return waits


def _roots(node: Scalar) -> set[str]:
    tree = parse_expression(node.value)
    return (
        set() if isinstance(tree, Mistake) else {part.name for part in walk_expression(tree) if isinstance(part, Name)}
    )
