"""The flow as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flowrunner.model.duration import Duration
from flowrunner.model.flow.content import Content
from flowrunner.model.flow.decisions import Condition, Source
from flowrunner.model.flow.questions import Field
from flowrunner.model.flow.steps import Step
from flowrunner.model.flow.surroundings import AccountPage, AccountPolicy, Code, Desk, Message, Role, Timer
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text

# Raised by each addition to the language, and kept with every stored version of a flow; nothing is ever taken away
# within one version of it.
LANGUAGE_MINOR = 1


class Flow(Struct, frozen=True, eq=False):
    """One service; a flow is only ever itself. `texts` are expanded where they are used; here they are for lint."""

    name: str
    languages: tuple[str, ...]
    title: Text
    start: str
    steps: Mapping[str, Step]
    fields: Mapping[str, Field] = field(default_factory=dict)
    territory: str | None = None
    time_zone: str = "UTC"
    roles: Mapping[str, Role] = field(default_factory=dict)
    accounts: AccountPolicy | None = None
    resume: tuple[str, ...] = ()
    undecided: Duration | None = None
    decided: Duration | None = None
    purposes: Mapping[str, Text] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    codes: Mapping[str, Code] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    every_page: Content = ()
    places: Mapping[str, AccountPage] = field(default_factory=dict)
    desk: Desk | None = None
    languages_span: Span = NOWHERE
    span: Span = NOWHERE
