"""Work that a transition or an arrival causes: the contract of an effect and its pure part.

The pure part changes the case that is being made (a `Change`) and hands on `Work` for the shell; what touches our own
records is performed by `service` in the open transaction, what leaves goes through the outbox and is then delivered.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from flowrunner.carriers.calls import CallCarrier
from flowrunner.carriers.mail import MailCarrier
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Event, Value, Visit, Work, World
from flowrunner.model.flow import EffectUse, Flow
from flowrunner.model.record import replace
from flowrunner.text import ValueFormatter

# What `bind` finds behind the effect's name: nothing, the name of a code, message, moment, role or source, or a
# mapping of keys each of which names a step.
Takes: TypeAlias = Literal["nothing", "code", "message", "moment", "role", "source", "steps"]


class Change(Struct):
    """A case in the making: what effects read and write while one decision is taken. Never shared, never kept.

    `env` is what expressions may read now. `visit` is the visit that is left or arrived at.
    """

    flow: Flow
    case: Case
    world: World
    env: dict[str, Any]
    visit: Visit
    work: list[Work] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    drawn: int = 0

    @property
    def now(self) -> datetime:
        return self.world.now

    def update(self, **values: Any) -> None:
        """Replace parts of the case."""
        self.case = replace(self.case, **values)

    def do(self, effect: str, values: Mapping[str, Any] | None = None) -> None:
        """Hand work on to the shell, under a key that is this case's alone and makes it happen once."""
        self.update(works=self.case.works + 1)
        self.work.append(Work(effect, f"{self.case.id}:{self.case.works}:{effect}", dict(values or {})))

    def draw(self, purpose: str) -> bytes:
        """16 bytes of chance for one purpose of this decision: the same seed gives the same bytes."""
        count = self.drawn = self.drawn + 1
        # One call can make several changes one after the other (what is due, then what was sent): none draws the same.
        drawn = f"{self.case.visits}:{self.case.works}:{count}:{purpose}:"
        return hashlib.sha256(drawn.encode() + self.world.chance).digest()[:16]

    def answer(self, field: str) -> Value:
        """The answer that holds now."""
        value: Value = self.env.get(field)
        return value

    def whose(self) -> dict[str, str | None]:
        """Which account work is about: the one that the case belongs to, else the one that signs in with the address
        that was proved in this case by a code sent to it. Both None: nobody's."""
        accounts = self.flow.accounts
        if self.case.owner is not None or accounts is None:
            return {"account": self.case.owner, "sign_in": None}
        address = self.answer(accounts.sign_in_with)
        proved = address if isinstance(address, str) and address in self.case.proved else None
        return {"account": None, "sign_in": proved}


class Effect(ABC):
    """One effect.

    `checkpoint`: it cannot be taken back, so the path is settled by it. `on_enter`: it may stand under `enter`.
    `required` are the keys that must be there when it takes `steps`.
    """

    name: ClassVar[str]
    takes: ClassVar[Takes] = "nothing"
    required: ClassVar[tuple[str, ...]] = ()
    checkpoint: ClassVar[bool] = False
    on_enter: ClassVar[bool] = False

    @abstractmethod
    def apply(self, use: EffectUse, change: Change) -> None:
        """The pure part."""


# --- What leaves the house ----------------------------------------------------------------


class NotWanted(FlowrunnerError):
    """What was to leave is not to leave any more; `reason` is a word for operators."""

    def __init__(self, reason: str) -> None:
        super().__init__("it is not to be delivered any more.", where=reason)
        self.reason = reason


class Parcel(Struct, frozen=True):
    """Work on its way out, with the case as it stands now.

    `env` is what its words may read; `proved` are the addresses that belong to the owner of the case beyond doubt.
    `speak(language)` gives what fills the holes of texts, `posted` is when the work was handed on.
    """

    key: str
    values: Mapping[str, Any]
    posted: datetime
    now: datetime
    flow: Flow
    case: Case
    env: Mapping[str, Any]
    proved: frozenset[str]
    speak: Callable[[str], ValueFormatter]


class Carriers(Struct, frozen=True):
    """What carries it. Each raises carriers.base's Away, Postponed or Refused."""

    mail: MailCarrier
    calls: CallCarrier


class Leaving(Effect):
    """An effect that leaves the house: at least once, and with a key by which a second time can be told."""

    @abstractmethod
    def deliver(self, parcel: Parcel, carriers: Carriers) -> None:
        """Carry it out. Raises NotWanted, and what the carriers raise."""

    def without(self, values: Mapping[str, Any], flow: Flow, names: frozenset[str]) -> Mapping[str, Any] | None:
        """What is left of its work once the answers to these questions are not to be kept; None when it is not to leave
        any more, as for an effect that does not say."""
        return None
