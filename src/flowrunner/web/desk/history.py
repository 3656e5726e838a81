"""The events of a case, in words: when, who, in which step, and what. The newest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape
from msgspec import Struct

from flowrunner.i18n.words import Words
from flowrunner.model.case import Event
from flowrunner.model.flow import OWNER, Flow, Step
from flowrunner.service.desk.desk import LOOKS, Opened
from flowrunner.web.desk.columns import moment
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.page_cache import Recorder, Shape, Values, hole, page_cache

# What the interpreter notes beside something that is said already.
_BESIDE = frozenset({"settled", "recorded"})
_MOVES = frozenset({"moved", "taken", "timer"})


class Move(NamedTuple):
    """What of an event is the flow's and nobody's."""

    kind: str
    step: str
    trigger: str | None
    to: str | None


class Happened(Struct, frozen=True):
    """`step` is "" where the event was in none that people see."""

    at: str
    who: str
    step: str
    what: str


def draw_history(opened: Opened, speaking: Localizer) -> Markup:
    """All events of a case; who looked at it last, or was refused, stands apart from what became of it."""
    changes = [event for event in reversed(opened.events) if _is_change(event, speaking.flow)]
    own = Values(happened=_rows(changes, opened, speaking), looks=_rows(reversed(opened.looks), opened, speaking))
    return page_cache().html(History(speaking.words, bool(own["happened"]), bool(own["looks"])), own)


class History(Shape, frozen=True):
    """The part of the page with all events; whether any happened, and whether anybody looked."""

    words: Words
    happened: bool
    looks: bool

    def draw(self, recorder: Recorder) -> str:
        happened, looks = self.happened and hole("happened"), self.looks and hole("looks")
        return recorder.render("desk/history.html", say=self.words.say, happened=happened, looks=looks)


class HistoryRow(Shape, frozen=True):
    """One event."""

    words: Words

    def draw(self, recorder: Recorder) -> str:
        each = {name: hole(name) for name in Happened.__struct_fields__}
        return recorder.render("desk/happened.html", each=each, say=self.words.say)


def _rows(events: Iterable[Event], opened: Opened, speaking: Localizer) -> Markup:
    every = (
        Values(at=escape(each.at), who=escape(each.who), step=escape(each.step), what=escape(each.what))
        for each in _drawn(events, opened, speaking)
    )
    return page_cache().each(HistoryRow(speaking.words), every)


def last_move(opened: Opened, speaking: Localizer) -> Happened | None:
    """What brought the case where it is."""
    moves = [event for event in opened.events if event.kind in _MOVES and _is_change(event, speaking.flow)]
    return next(iter(_drawn(moves[-1:], opened, speaking)), None)


def _is_change(event: Event, flow: Flow) -> bool:
    step = flow.steps.get(event.step)
    # A decision is a step in which nobody is: why it led where it did is explained, not told.
    return event.kind not in _BESIDE and (step is None or not step.traits.passes)


def _drawn(events: Iterable[Event], opened: Opened, speaking: Localizer) -> Iterable[Happened]:
    for event in events:
        step, what = _step_and_event(Move(event.kind, event.step, event.trigger, event.to), speaking)
        yield Happened(moment(event.at, speaking), _who(event, opened, speaking), step, what)


@lru_cache(maxsize=2_000)
def _step_and_event(way: Move, speaking: Localizer) -> tuple[str, str]:
    """The step and what happened there: the same in every case of a flow."""
    return _step(way.step, speaking), _what(way, speaking)


def _who(event: Event, opened: Opened, speaking: Localizer) -> str:
    say = speaking.words.say
    if event.account is not None and event.account in opened.names:
        return opened.names[event.account]
    if event.kind in ("timer", "reminded", "redacted"):
        return say("desk.who.time")
    if event.role == OWNER or (event.account is not None and event.account == opened.case.owner):
        return say("desk.who.owner")
    if event.kind.startswith("code_"):
        return say("desk.who.owner")
    return say("desk.who.gone") if event.account is not None else say("desk.who.service")


def _what(event: Move, speaking: Localizer) -> str:
    say = speaking.words.say
    if event.kind.startswith("code_"):
        return say("desk.event.code")
    if event.kind not in _MOVES | LOOKS | {"reminded", "redacted"}:
        return say("desk.event.other", kind=event.kind)
    if event.kind not in _MOVES:
        return say(f"desk.event.{event.kind}")
    stays = event.to in (None, event.step)
    if event.kind == "timer":
        return say("desk.event.timer", to=_step(event.to or event.step, speaking))
    button = _button(event, speaking)
    return (
        say("desk.event.stayed", button=button)
        if stays
        else say("desk.event.moved", button=button, to=_step(event.to or "", speaking))
    )


def _button(event: Move, speaking: Localizer) -> str:
    """What the button was called that was pressed."""
    step = speaking.flow.steps.get(event.step)
    action = step.actions.get(event.trigger or "") if step is not None else None
    if action is not None:
        return speaking.plain(action.label)
    label = step.next_label if step is not None else None
    return speaking.plain(label) or speaking.words.say("page.continue")


def _step(name: str, speaking: Localizer) -> str:
    step = speaking.flow.steps.get(name)
    return step_name(step, speaking) if step is not None else name


def step_name(step: Step, speaking: Localizer) -> str:
    """How a step is called: for who waits there, else for who fills it in."""
    called = step.status if (step.traits.waits or step.traits.ends) and step.status else step.title
    if called is None and step.uses:
        called = step.uses[0].field.label
    return speaking.plain(called) or step.name.replace("_", " ")
