"""Pages that every flow has: the foot of each page, the home page and its like, the desk."""

from __future__ import annotations

from flowrunner.blocks.link import PAGES
from flowrunner.compiler.bind.binder import Binder, under
from flowrunner.compiler.bind.content import bind_content
from flowrunner.compiler.bind.fields import BoundFields
from flowrunner.compiler.bind.sections import scalars_of, words_of
from flowrunner.compiler.bind.texts import maybe_text
from flowrunner.compiler.nodes import Mapping
from flowrunner.model.flow import AccountPage, Content, Desk


def bind_every_page(binder: Binder, fields: BoundFields) -> Content:
    """The blocks at the foot of every page."""
    return bind_content(binder, fields, binder.draft.root.get("every_page"))


def bind_places(binder: Binder, fields: BoundFields) -> dict[str, AccountPage]:
    """The places that the flow shapes."""
    places = {}
    for name in PAGES:
        node, key = binder.draft.root.get(name), binder.draft.root.key(name)
        if isinstance(node, Mapping) and key is not None:
            content = bind_content(binder, fields, node.get("content"))
            places[name] = AccountPage(name, maybe_text(binder, node, "title"), content, key.span)
    return places


def bind_desk(binder: Binder) -> Desk | None:
    """What the desk lists: its columns are names that an expression could read."""
    node, key = binder.draft.root.get("desk"), binder.draft.root.key("desk")
    if node is None or key is None:
        return None
    columns = scalars_of(under(node, "columns"))
    expressions = [(column.value, binder.expression(column)) for column in columns]
    return Desk(tuple(name for name, read in expressions if read is not None), words_of(under(node, "show")), key.span)
