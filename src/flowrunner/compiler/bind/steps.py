"""The steps of a flow."""

from __future__ import annotations

from flowrunner.compiler.bind.binder import Binder, characters, items_of, yes
from flowrunner.compiler.bind.branches import KEYS, bind_branch, bind_branches
from flowrunner.compiler.bind.content import bind_content, bind_uses
from flowrunner.compiler.bind.effects import bind_effects
from flowrunner.compiler.bind.fields import BoundFields as FieldBook
from flowrunner.compiler.bind.people import known_roles
from flowrunner.compiler.bind.sections import Entry
from flowrunner.compiler.bind.texts import maybe_text, text_under
from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.model.flow import OWNER, Action, Block, Branch, Content, LookUp, Step
from flowrunner.step_kinds.built_in import STEP_KINDS
from flowrunner.step_kinds.page import PageStep
from flowrunner.text.text import Text


def bind_steps(binder: Binder, fields: FieldBook) -> dict[str, Step]:
    """Every step, in the order of the file."""
    entries = list(binder.draft["steps"].values())
    following = [entry.name for entry in entries[1:]] + [None]
    bound = (_bind_step(binder, fields, entry, then) for entry, then in zip(entries, following, strict=True))
    return {step.name: step for step in bound}


def _bind_step(binder: Binder, fields: FieldBook, entry: Entry, following: str | None) -> Step:
    node = entry.node if isinstance(entry.node, Mapping) else Mapping((), entry.node.span)
    kind = STEP_KINDS[characters(node.get("kind")) or PageStep.name]
    content = bind_content(binder, fields, node.get("content"))
    if "fields" in node:
        key = node.key("fields")
        content += (
            Block("fields", uses=bind_uses(binder, fields, node.get("fields")), span=key.span if key else node.span),
        )
    actions = _actions(binder, fields, node.get("actions"))
    ways = bind_branches(binder, node.get("next"))
    side = any(branch.move == "back" for branch in ways) or any(
        branch.move == "back" for action in actions.values() for branch in action.branches
    )
    if "next" not in node and kind.follows and not side and following is not None:
        ways = (Branch("go", following, span=entry.key.span),)
    role = node.get("role")
    return Step(
        entry.name,
        kind.name,
        (binder.known("role", role, known_roles(binder)) or OWNER) if role is not None else OWNER,
        _title(binder, node, content),
        maybe_text(binder, node, "status"),
        content,
        bind_effects(binder, node.get("enter"), on_enter=True),
        bind_look_up(binder, node.get("look_up")),
        ways,
        maybe_text(binder, node, "next_label"),
        actions,
        characters(node.get("outcome")),
        characters(node.get("reveals")),
        yes(node.get("exclusive")),
        side,
        entry.key.span,
    )


def _title(binder: Binder, node: Mapping, content: Content) -> Text | None:
    """A page of one field needs no title: the field's label is its heading."""
    if "title" in node:
        return maybe_text(binder, node, "title")
    uses = [use for block in content for use in block.uses]
    return uses[0].field.label if len(uses) == 1 else None


def bind_look_up(binder: Binder, node: Node | None) -> tuple[LookUp, ...]:
    """`[source, {source: NAME, fresh: 15 minutes}]`, also `{NAME: {fresh: 15 minutes}}`."""
    return tuple(look_up for item in items_of(node) if (look_up := _look_up(binder, item)) is not None)


def _look_up(binder: Binder, node: Node) -> LookUp | None:
    written: Node | None = node
    fresh: Node | None = None
    if isinstance(node, Mapping):
        written, fresh = node.get("source"), node.get("fresh")
    name = binder.known("source", written, binder.draft["sources"])
    return LookUp(name, binder.duration(fresh), node.span) if name is not None else None


def _actions(binder: Binder, fields: FieldBook, node: Node | None) -> dict[str, Action]:
    entries = node.entries if isinstance(node, Mapping) else ()
    return {key.value: _action(binder, fields, key, value) for key, value in entries}


def _action(binder: Binder, fields: FieldBook, key: Scalar, value: Node) -> Action:
    node = value if isinstance(value, Mapping) else Mapping((), value.span)
    return Action(
        key.value,
        text_under(binder, node, "label"),
        _ways(binder, node),
        bind_uses(binder, fields, node.get("fields")),
        bind_look_up(binder, node.get("look_up")),
        maybe_text(binder, node, "confirm"),
        binder.guard(node.get("when")),
        key.span,
    )


def _ways(binder: Binder, node: Mapping) -> tuple[Branch, ...]:
    """A list of branches stands under `next`; one branch may stand in the action itself, beside its own `when`."""
    if "next" in node:
        return bind_branches(binder, node.get("next"), stays=True)
    if isinstance(node.get("go"), Sequence):
        return bind_branches(binder, node.get("go"), stays=True)
    own = Mapping(tuple(entry for entry in node.entries if entry[0].value in KEYS), node.span)
    branch = bind_branch(binder, own, stays=True, guarded=False)
    return (branch,) if branch is not None else ()
