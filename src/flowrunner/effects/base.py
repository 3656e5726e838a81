"""Work that a transition or an arrival causes: the contract of an effect.

Its pure part changes the case that is being made (a `Change`) and hands on `Work` for the shell. What it does to our
own records (`Records`) it does in the open transaction of the decision; what leaves goes through the outbox and is then
delivered.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

from msgspec import Struct, field

from flowrunner.carriers.calls import CallCarrier
from flowrunner.carriers.mail import MailCarrier
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case, Event, Value, Visit, Work, World
from flowrunner.model.flow import EffectUse, Flow
from flowrunner.model.record import replace
from flowrunner.text.parts import ValueFormatter

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


class UniqueKeyTaken(FlowrunnerError):
    """Another account has this unique key; `names` are those of its answers."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("another account has this key.", where=", ".join(names))
        self.names = names


class AccountRecord(Protocol):
    """An account as an effect reads it."""

    @property
    def id(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def profile(self) -> Mapping[str, Any]: ...


Unique: TypeAlias = Iterable[tuple[tuple[str, ...], tuple[object, ...]]]


class Records(Protocol):
    """Our own records in the transaction of a decision. Unique keys are names of answers with their values."""

    def account(self, ident: str | None) -> AccountRecord:
        """The account that work is about. Raises FlowrunnerError when there is none."""

    def proved(self, sign_in: str | None) -> AccountRecord | None:
        """The account that signs in with an address that was proved."""

    def add_account(self, *, sign_in: str, unique: Unique, profile: Mapping[str, Any], **parts: Any) -> None:
        """`parts` are `password` (a hash), `language` and `erase_at`. Raises UniqueKeyTaken."""

    def change(self, account: AccountRecord, unique: Unique = (), **parts: Any) -> None:
        """Replace parts of an account, its `roles` among them. Raises UniqueKeyTaken."""

    def end_session(self) -> None:
        """That of the browser from which the decision came."""

    def end_sessions(self, account: str) -> None:
        """All others of an account."""

    def message(self, key: str, kind: str, name: str, reads: dict[str, Any], at: datetime) -> None:
        """Put a message into the account, once for its key."""

    def post(self, work: Work) -> None:
        """Hand work to the outbox."""


# What becomes of the session in which it is done: it goes on, it goes on under another token (always, or if somebody is
# signed in), or it ends.
SessionFate: TypeAlias = Literal["goes_on", "renewed", "renewed_if_signed_in", "ended"]


class Effect(ABC):
    """One effect.

    `checkpoint`: it cannot be taken back, so the path is settled by it. `on_enter`: it may stand under `enter`.
    `required` are the keys that must be there when it takes `steps`: where those go for whom another account has a
    unique key; with any other effect, the fields of that key are refused as `taken`.
    """

    name: ClassVar[str]
    takes: ClassVar[Takes] = "nothing"
    required: ClassVar[tuple[str, ...]] = ()
    checkpoint: ClassVar[bool] = False
    on_enter: ClassVar[bool] = False
    session: ClassVar[SessionFate] = "goes_on"

    @abstractmethod
    def apply(self, use: EffectUse, change: Change) -> None:
        """The pure part."""

    def perform(self, work: Work, records: Records) -> None:  # noqa: B027 - as a rule, nothing
        """What its work does to our own records. Raises UniqueKeyTaken; then nothing of the decision is done."""

    def lost(self, taken: UniqueKeyTaken) -> frozenset[str]:
        """What `World.lost` says then: itself where it leads elsewhere, else the fields of the key."""
        return frozenset({self.name} if self.takes == "steps" else {f"{self.name}:{name}" for name in taken.names})

    def sets(self, argument: Any) -> frozenset[str]:
        """The names that can be read once it was done: moments, `code.NAME`, `case.reference`."""
        return frozenset()

    def sends(self, argument: Any, flow: Flow) -> str | None:
        """The name of the message that it sends."""
        return None


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

    def perform(self, work: Work, records: Records) -> None:
        records.post(work)

    @abstractmethod
    def deliver(self, parcel: Parcel, carriers: Carriers) -> None:
        """Carry it out. Raises NotWanted, and what the carriers raise."""

    def without(self, values: Mapping[str, Any], flow: Flow, names: frozenset[str]) -> Mapping[str, Any] | None:
        """What is left of its work once the answers to these questions are not to be kept; None when it is not to leave
        any more, as for an effect that does not say."""
        return None
