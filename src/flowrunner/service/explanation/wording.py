"""An explained case in the words of a language, for whoever shows it: the desk, or the command at the machine.

What somebody typed is told only where it is asked for. Of facts, what is one of a closed set (a choice, a yes or no, a
number) is always told, because decisions cannot be understood without it; free words and dates may name a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.wording import wording
from flowrunner.model.flow import OWNER
from flowrunner.model.types import Type
from flowrunner.runtime.sentence import ExplainedEvent, Guard, ReadFact
from flowrunner.service.explanation.explain import Explained
from flowrunner.span import NOWHERE, Span
from flowrunner.text.text import Text

NoteKind: TypeAlias = Literal["replaced", "round", "rule", "held", "not_held", "fact", "reads", "answers"]
CLOSED = frozenset({"choice", "yes_no", "number"})


class Note(Struct, frozen=True):
    """What stands under a sentence. `span` is the place of a rule or a condition in the case's own version of the flow,
    `line` what is written there, `name` what the flow calls the condition or the source. `depth` is how deep a
    condition stands within others."""

    kind: NoteKind
    words: str
    name: str = ""
    span: Span = NOWHERE
    line: str = ""
    depth: int = 0


class Told(Struct, frozen=True):
    """A sentence in words: when, what, and what is to be known about it."""

    sentence: ExplainedEvent
    at: str
    words: str
    notes: tuple[Note, ...]


def explanation_text(explained: Explained, language: str, *, answers: bool = False) -> tuple[Told, ...]:
    """All sentences of a case in a language; `answers`: with what was typed."""
    teller = _Teller(explained, language, answers)
    following = [*explained.sentences[1:], None]
    return tuple(teller.tell(one, after) for one, after in zip(explained.sentences, following, strict=True))


class _Teller:
    def __init__(self, explained: Explained, language: str, answers: bool) -> None:
        self.explained = explained
        self.flow = explained.program.flow
        # A flow that does not speak the language is quoted in its own.
        self.language = language if language in self.flow.languages else self.flow.languages[0]
        self.form = wording(self.flow, self.language)
        self.own = wording(self.flow, language)
        self.say = self.own.words.say
        self.answers = answers

    def tell(self, one: ExplainedEvent, after: ExplainedEvent | None) -> Told:
        return Told(one, self.own.formats.moment(one.at), self._sentence(one), tuple(self._notes(one, after)))

    # --- The sentence ----------------------------------------------------------------------

    def _sentence(self, one: ExplainedEvent) -> str:
        step, to = self._step(one.step), self._step(one.to or one.step)
        trigger = one.trigger or ""
        match one.kind:
            case "began":
                return self.say("told.began", step=step)
            case "moved" | "signed_in" | "again" | "returned" | "came_back" | "stayed" | "taken":
                who, button = self._who(one), self._button(one)
                return self.say(f"told.{one.kind}", who=who, button=button, step=step, to=to)
            case "chosen":
                return self.say("told.chosen", step=step, to=to)
            case "timer":
                return self.say("told.timer", name=trigger, step=step, to=to)
            case "reminded":
                return self.say("told.reminded", name=trigger, step=step)
            case "code":
                return self.say(f"told.code_{trigger}", step=step)
            case "redacted":
                return self.say("told.redacted")
            case "recorded":
                return self.say("told.recorded", name=trigger, step=step)
            case "waits":
                if one.role in (None, OWNER):
                    return self.say("told.waits_for_owner", step=step)
                return self.say("told.waits_for_role", step=step, role=one.role)
            case "left" | "ended":
                outcome = self.flow.steps[one.step].outcome or ""
                return self.say(f"told.{one.kind}", step=step, outcome=outcome)

    def _who(self, one: ExplainedEvent) -> str:
        if one.role in (None, OWNER):
            return self.say("told.owner")
        return self.say("told.role", role=one.role)

    def _step(self, name: str) -> str:
        """A step by its title; a page without one by its question, a decision by its name."""
        step = self.flow.steps[name]
        label = step.title or (step.uses[0].field.label if step.uses else None)
        return (self._text(label) if label is not None else "") or name

    def _button(self, one: ExplainedEvent) -> str:
        step = self.flow.steps[one.step]
        action = step.actions.get(one.trigger or "")
        label = action.label if action is not None else step.next_label
        return self._text(label) if label is not None else self.say("page.continue")

    def _text(self, text: Text) -> str:
        """Words of the flow; what an answer would fill stays empty."""
        return text.plain(self.language, {}, self.form)

    # --- What is to be known about it --------------------------------------------------------

    def _notes(self, one: ExplainedEvent, after: ExplainedEvent | None) -> Iterator[Note]:
        if one.replaced:
            yield Note("replaced", self.say("told.replaced"))
        if one.span != NOWHERE and one.kind not in ("began", "waits", "left", "ended"):
            place = _place(one.span)
            yield Note("rule", self.say("told.rule", place=place), "", one.span, self.explained.line(one.span))
        conditions: set[str] = set()
        for guard in one.guards:
            yield from self._guard(guard, conditions, 0)
        for fact in one.facts:
            yield Note("fact", self._fact(fact), fact.source)
        yield from self._typed(one)
        if after is not None and after.round > one.round:
            yield Note("round", self.say("told.round", number=str(after.round)))

    def _guard(self, guard: Guard, conditions: set[str], depth: int) -> Iterator[Note]:
        """A guard, then the conditions that it names; each condition once a sentence."""
        if guard.holds is None or guard.name in conditions:
            return
        conditions.update({guard.name} - {""})
        kind: NoteKind = "held" if guard.holds else "not_held"
        words = self.say(f"told.{kind}", what=self._guard_words(guard), place=_place(guard.span))
        yield Note(kind, words, guard.name, guard.span, self.explained.line(guard.span), depth)
        for part in guard.parts:
            yield from self._guard(part, conditions, depth + 1)

    def _guard_words(self, guard: Guard) -> str:
        if not guard.name:
            return self.say("told.as_written", source=guard.source)
        if guard.means is None:
            return guard.name
        return self.say("told.condition", means=self._text(guard.means).rstrip("."), name=guard.name)

    def _fact(self, fact: ReadFact) -> str:
        values = self._values(fact)
        if fact.why is None:
            sentence = self.say("told.fact_gone", source=fact.source)
        elif fact.at is None:
            sentence = self.say("told.fact_not_asked", source=fact.source, values=values)
        else:
            at = self.own.formats.moment(fact.at)
            sentence = self.say(f"told.fact_{fact.why}", source=fact.source, at=at, values=values)
        criteria = {name: value for name, value in fact.given.items() if value is not None}
        return (
            f"{sentence} {self.say('told.asked_with', values=self._answered(criteria))}"
            if self.answers and criteria
            else sentence
        )

    def _typed(self, one: ExplainedEvent) -> Iterator[Note]:
        if one.reads:
            if self.answers:
                read = self._answered(one.reads)
            else:
                read = self.own.formats.join(tuple(self._text(self.flow.fields[name].label) for name in one.reads))
            yield Note("reads", self.say("told.reads", answers=read))
        answers = {name: value for name, value in one.answers.items() if name in self.flow.fields}
        if self.answers and answers:
            yield Note("answers", self.say("told.answers", answers=self._answered(answers)))

    # --- Values in words -----------------------------------------------------------------------

    def _values(self, fact: ReadFact) -> str:
        gives = self.explained.program.flow.sources[fact.source].gives
        pairs = [(key, self._value(gives[key], value)) for key, value in fact.values.items() if key in gives]
        return self._pairs(pairs) or self.say("told.nothing")

    def _value(self, kind: Type, value: Any) -> str:
        if value is None:
            return self.say("told.nothing")
        if (kind.item or kind).kind not in CLOSED and not self.answers:
            return self.say("told.not_shown")
        return self._in_words(kind, value)

    def _in_words(self, kind: Type, value: Any) -> str:
        if kind.item is not None:
            return self.own.formats.join(tuple(self._in_words(kind.item, item) for item in value))
        if kind.kind == "choice":
            return self.form.label(kind.choices, value).words
        if kind.kind in ("record", "address"):
            return ", ".join(str(part) for part in value.values() if part)
        return self.own.formats.value(value)

    def _answered(self, values: Mapping[str, Any]) -> str:
        return self._pairs(
            (self._text(self.flow.fields[name].label), self._answer(name, values[name])) for name in values
        )

    def _answer(self, name: str, value: Any) -> str:
        field = self.flow.fields[name]
        # A question to a source holds an address as the pairs of its parts.
        plain_value = dict(value) if FIELD_TYPES[field.kind].parts and isinstance(value, tuple) else value
        written = (
            FIELD_TYPES[field.kind].show(field, plain_value, self.form.words, self.language)
            if plain_value is not None
            else ""
        )
        return ", ".join(written.splitlines()) or self.say("told.nothing")

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "; ".join(self.say("told.pair", name=name, value=value) for name, value in pairs)


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"
