"""What a step of a flow can be: the contract of a step kind."""

from __future__ import annotations

from typing import ClassVar

# Keys of a step in the order in which they are written; `flowrunner format` sets it.
SHOWN = ("status", "title", "enter", "content")
ASKS = ("fields", "look_up")
LEADS = ("actions", "next", "next_label")


class StepKind:
    """One kind. `description` are the words that an editor shows, `keys` are those of a step that it has, in the order
    in which they are written, and `required` those that must be there.

    `passes`: nobody sees it, its branches are judged as soon as it is reached. `signs_in`: `next` is for who is signed
    in. `waits`: the owner of the case lands here too, and reads how it stands. `ends`: the case ends here. `follows`:
    without `next` it leads to the step below. A diagram shows it with the `shape` of DOT, between the `brackets` of
    Mermaid.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    required: ClassVar[tuple[str, ...]] = ()
    passes: ClassVar[bool] = False
    signs_in: ClassVar[bool] = False
    waits: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    follows: ClassVar[bool] = True
    shape: ClassVar[str] = "box"
    brackets: ClassVar[tuple[str, str]] = ("[", "]")
