"""Who takes part, and what an account is: `roles`, `accounts`, `resume`, `purposes`."""

from __future__ import annotations

from flowrunner.compiler.bind.binder import Binder, characters, under, yes
from flowrunner.compiler.bind.sections import scalars_of
from flowrunner.compiler.bind.texts import bind_text
from flowrunner.compiler.nodes import Mapping, Node, Sequence
from flowrunner.model.flow import OWNER, AccountPolicy, Role
from flowrunner.text.text import Text


def bind_roles(binder: Binder) -> dict[str, Role]:
    """The roles that the flow declares; `owner` is nobody's to declare and always there."""
    return {
        name: Role(name, yes(under(entry.node, "staff")), entry.key.span)
        for name, entry in binder.draft["roles"].items()
    }


def known_roles(binder: Binder) -> tuple[str, ...]:
    """The names that may stand where a role is expected."""
    return (*binder.draft["roles"], OWNER)


def bind_purposes(binder: Binder) -> dict[str, Text]:
    """Why answers are asked."""
    return {name: bind_text(binder, entry.node) for name, entry in binder.draft["purposes"].items()}


def bind_accounts(binder: Binder) -> AccountPolicy | None:
    """What an account of this flow holds, and how its owner signs in."""
    node = binder.draft.root.get("accounts")
    if not isinstance(node, Mapping):
        return None
    sign_in_with = binder.known("field", node.get("sign_in_with"), binder.draft["fields"])
    confirm = node.get("confirm_sign_in")
    return AccountPolicy(
        sign_in_with or "",
        bind_names(binder, node.get("profile")),
        _unique(binder, node.get("unique")),
        binder.known("code", confirm, binder.draft["codes"]) if confirm is not None else None,
        binder.duration(node.get("sign_out_after")),
        characters(node.get("recover")),
        node.span,
    )


def bind_names(binder: Binder, node: Node | None) -> tuple[str, ...]:
    """A list of fields."""
    names = (binder.known("field", scalar, binder.draft["fields"]) for scalar in scalars_of(node))
    return tuple(name for name in names if name is not None)


def _unique(binder: Binder, node: Node | None) -> tuple[tuple[str, ...], ...]:
    if not isinstance(node, Sequence):
        return ()
    return tuple(bind_names(binder, item) for item in node.items)
