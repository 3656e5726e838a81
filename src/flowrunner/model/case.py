"""A case and all that the interpreter takes and gives: immutable values, none of which knows a clock or a database.

What a decision makes again and again with parts of it otherwise (`model.record.replace`) has no slots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from flowrunner.text.text import Text

# A typed answer. Nothing is None. A file field's answer is a tuple of `FileRef`; an address is a mapping of its parts.
Value: TypeAlias = "str | bool | Decimal | date | datetime | FileRef | tuple[Value, ...] | Mapping[str, Value] | None"
Inputs: TypeAlias = Mapping[str, tuple[str, ...]]
Why: TypeAlias = Literal["answered", "failed", "late", "not_asked"]


class FileRef(Struct, frozen=True):
    """An uploaded file: `digest` is the SHA-256 of its content in hex, `size` is in bytes, `kind` by its content."""

    id: str
    name: str
    kind: str
    size: int
    digest: str


# --- The state of a case ------------------------------------------------------------------


class Place(NamedTuple):
    """Where a visit is: a step and, in a repeated section, the item that it is for."""

    step: str
    item: str | None = None


class Visit(Struct, frozen=True):
    """One stay in a step.

    `answers` are those that hold; `aside` those kept for a field that is not asked now. `pressed` is the button that
    left it (None: not yet left), `on` the day in the flow's zone on which it was pressed, `branch` the index of the
    branch that was taken. `basis` is a digest of the answers before it when its `enter` ran. A settled visit keeps in
    `facts` what it was decided with. `secrets` are hashes of passwords that wait for an account, `proofs` say which
    value of a code was accepted, so that another code asks again. `side` marks a visit off the path: a side step, or
    an action that stays on its page.
    """

    number: int
    place: Place
    since: datetime
    answers: Mapping[str, Value] = msgspec.field(default_factory=dict)
    aside: Mapping[str, Value] = msgspec.field(default_factory=dict)
    pressed: str | None = None
    on: date | None = None
    branch: int | None = None
    basis: str = ""
    facts: Mapping[str, Fact] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, str] = msgspec.field(default_factory=dict)
    proofs: Mapping[str, str] = msgspec.field(default_factory=dict)
    side: bool = False

    @property
    def step(self) -> str:
        return self.place.step


class Fact(Struct, frozen=True):
    """What a source answered, with what it was asked, when, and why it is as it is."""

    source: str
    given: tuple[Value, ...]
    values: Mapping[str, Value]
    at: datetime
    why: Why = "answered"


class CodeState(Struct, frozen=True):
    """What a case keeps of a one-time code; its value is derived, never stored.

    `wrong` counts the wrong tries since it was issued, `wrong_on` those of one day over all re-issues.
    """

    nonce: str
    key_id: str
    issued: datetime
    expires: datetime | None
    wrong: int = 0
    wrong_on: tuple[date, int] | None = None
    sent: datetime | None = None
    to: str | None = None
    spent: datetime | None = None


class Case(Struct, frozen=True):
    """One run of a flow. `path` is the visits that may still change, the last of them the current one; `trail` those
    that may not. `visits` and `works` count what was begun and what was handed on to be done, so that each has a
    number of its own. `aside` holds visits that fell off the path and come back if it does, by place.
    """

    id: str
    flow: str
    version: str
    language: str
    began: datetime
    path: tuple[Visit, ...]
    trail: tuple[Visit, ...] = ()
    aside: Mapping[Place, Visit] = msgspec.field(default_factory=dict)
    revision: int = 0
    visits: int = 1
    works: int = 0
    round: int = 1
    reference: str | None = None
    owner: str | None = None
    facts: tuple[Fact, ...] = ()
    moments: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    codes: Mapping[str, CodeState] = msgspec.field(default_factory=dict)
    proved: frozenset[str] = frozenset()
    reminded: frozenset[str] = frozenset()
    outcome: str | None = None
    ended: datetime | None = None
    opened_from: str | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """The current places: one today, several once sections are walked side by side."""
        return (self.path[-1].place,)

    @property
    def step(self) -> str:
        return self.path[-1].step


# --- What goes in -------------------------------------------------------------------------


class Account(Struct, frozen=True):
    """The signed-in account as expressions see it. `profile` is keyed by field."""

    id: str
    sign_in: str
    roles: frozenset[str] = frozenset()
    profile: Mapping[str, Value] = msgspec.field(default_factory=dict)


class Actor(Struct, frozen=True):
    """Who acts. `holds` is true for the browser that holds a case which belongs to no account yet."""

    account: Account | None = None
    roles: frozenset[str] = frozenset()
    holds: bool = False

    def is_owner(self, case: Case) -> bool:
        """Whether this actor holds the case: by the account that it belongs to, else by the browser."""
        if case.owner is not None:
            return self.account is not None and self.account.id == case.owner
        return self.holds

    def may_act_as(self, role: str, case: Case) -> bool:
        return self.is_owner(case) if role == "owner" else role in self.roles


class Secret(Struct, frozen=True):
    """A password, judged and hashed outside the core: its hash, or the codes of the rules that it broke."""

    hash: str = ""
    broken: tuple[str, ...] = ()


class Submission(Struct, frozen=True):
    """A page that was sent: the step, the button, and the inputs as they came (name → values).

    `files` and `secrets` are keyed by field; `change` names the step whose change link opened this page, so that
    the person returns there.
    """

    step: str
    button: str = "next"
    inputs: Inputs = msgspec.field(default_factory=dict)
    files: Mapping[str, tuple[FileRef, ...]] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, Secret] = msgspec.field(default_factory=dict)
    language: str = ""
    change: str | None = None


class World(Struct, frozen=True):
    """All that the core may know of the world outside, handed in.

    `chance` is a seed of at least 16 bytes from which ids, nonces and references are derived; `seal(key_id, message)`
    is an HMAC, `key_id` the key to use for what is new. `facts` are answers to what an earlier `Asks` asked for.
    `lost` names effects on our own records that were tried and lost a race ("create_account", "update_account:field").
    """

    now: datetime
    chance: bytes
    seal: Callable[[str, bytes], bytes]
    key_id: str = "1"
    facts: Mapping[tuple[str, tuple[Value, ...]], Fact] = msgspec.field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    switches: Mapping[str, bool] = msgspec.field(default_factory=dict)


# --- What comes out -----------------------------------------------------------------------


class Problem(Struct, frozen=True):
    """What is wrong with an answer, for the person filling in. `code` names the word of the catalogue
    (`problem.<code>`), filled with `values`; an author's own `message` stands before it. `field` is None for the page.
    `input` is the name of the HTML input that it belongs to, when the field has several.
    """

    field: str | None
    code: str
    values: Mapping[str, Value] = msgspec.field(default_factory=dict)
    message: Text | None = None
    input: str | None = None


class Event(Struct, frozen=True):
    """The record beside the case: who, when, which step, which branch; never a value that somebody typed."""

    at: datetime
    kind: str
    step: str
    trigger: str | None = None
    branch: int | None = None
    to: str | None = None
    role: str | None = None
    account: str | None = None
    visit: int | None = None


class Work(Struct, frozen=True):
    """An effect as data, for the shell to perform in the same transaction. `key` makes it happen once."""

    effect: str
    key: str
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Decision(Struct, frozen=True):
    """What a submission came to. Problems and a changed case may both be there: a wrong code costs a try.

    `show` is the step to show next, `say` the words to show there once.
    """

    case: Case
    show: str
    problems: tuple[Problem, ...] = ()
    events: tuple[Event, ...] = ()
    work: tuple[Work, ...] = ()
    say: Text | None = None
    stale: bool = False


class Ask(Struct, frozen=True):
    """A question for a source: `given` in the order of the source's `asks`."""

    source: str
    given: tuple[Value, ...]


class Asks(Struct, frozen=True):
    """The core cannot go on without these facts: ask, put them into `World.facts`, and call again."""

    sources: tuple[Ask, ...]
