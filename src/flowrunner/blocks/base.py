"""What a page shows, block by block: the contract of a page block.

A block is one file `<name>.py`, and its template `<name>.html` in the same folder, which reads what `view` gives as
`block`. The compiler binds it and knows what it reads, scenarios what it says, pages how it is drawn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from markupsafe import Markup

from flowrunner.json_schema import Schema
from flowrunner.model.case import Value
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Block, FieldUse
from flowrunner.span import Span
from flowrunner.text.text import Form, Text

# A step of a case, a page of an account that is about no case, and the page of what was submitted.
PageKind: TypeAlias = Literal["step", "place", "submitted"]
EVERYWHERE: frozenset[PageKind] = frozenset({"step", "place", "submitted"})
OF_A_CASE: frozenset[PageKind] = frozenset({"step", "submitted"})

Content = TypeVar("Content")


class BlockNode(Protocol):
    """What an author wrote: a value, a list or a mapping. What cannot be read is noted, and None or nothing comes."""

    @property
    def span(self) -> Span: ...

    def at(self, key: str) -> BlockNode:
        """What stands behind a key of a mapping."""

    def items(self) -> Iterator[BlockNode]:
        """Those of a list."""

    def word(self) -> str:
        """The characters of a value, "" for none."""

    def text(self, form: Form = "inline") -> Text:
        """Words in the languages of the flow."""

    def maybe_text(self, form: Form = "inline") -> Text | None:
        """The same, None where nothing is written."""

    def expression(self) -> Expression | None: ...

    def known(self, noun: str, names: Sequence[str] | None = None) -> str | None:
        """The name of a thing of the flow (a `step`, a `field`, …), or one of these names."""

    def names(self) -> tuple[str, ...]:
        """The names of fields."""

    def uses(self) -> tuple[FieldUse, ...]:
        """Questions, each as the page adapts it."""


class Pen(Protocol):
    """What a block is drawn with: for one page, one person and one language.

    What comes back from `link`, `answers`, `questions`, `files` and `account_list` is for the template alone.
    """

    def html(self, text: Text | None) -> Markup: ...

    def plain(self, text: Text | None) -> Markup: ...

    def lang(self, text: Text | None) -> str:
        """The language of a text when it is not that of the page, else ""."""

    def say(self, sentence: str, **values: Any) -> str:
        """Words of the interpreter, by their id."""

    def value(self, expression: Expression) -> str:
        """What an expression gives, in words."""

    def answer(self, field: str) -> Value: ...

    def asks(self, field: str) -> bool:
        """Whether the page asks this question."""

    def link(self, *, page: str | None, flow: str | None, step: str | None, address: Text | None) -> object: ...

    def answers(self) -> Sequence[object]:
        """The block's `lines` with their answers."""

    def questions(self) -> Sequence[object]:
        """The block's `uses` that are asked now."""

    def files(self, value: Value) -> Sequence[object]: ...

    def account_list(self, of: str) -> Mapping[str, Any]:
        """The `cases` or the `messages` of the account that is signed in."""


class BlockType(ABC, Generic[Content]):
    """One kind of block. An instance keeps nothing: what an author says is in `Block.content`, of type `Content`.

    `description` are the words that an editor shows. `prose`: its words tell how the case stands, so that the desk
    shows them too. `personal`: what it shows is a person's own, and is drawn anew for each.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    stands_on: ClassVar[frozenset[PageKind]] = EVERYWHERE
    prose: ClassVar[bool] = False
    personal: ClassVar[bool] = False

    @abstractmethod
    def schema(self) -> Schema:
        """The JSON Schema of what stands behind its name."""

    @abstractmethod
    def bind(self, written: BlockNode) -> Block | None:
        """The block, None if it cannot be one. `when` and `span` are not its own to set."""

    def texts(self, content: Content) -> tuple[Text | None, ...]:
        """The words of the flow that it shows."""
        return ()

    def values(self, content: Content) -> tuple[Expression, ...]:
        """The expressions whose values it shows."""
        return ()

    def flows(self, content: Content) -> tuple[str, ...]:
        """The other flows that it links to."""
        return ()

    @abstractmethod
    def view(self, content: Content, pen: Pen) -> Mapping[str, Any] | None:
        """What its template reads, beside `block.id`; None when there is nothing to show."""
