"""What a case holds, in the order in which it is read at the desk: answers, facts, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Case, Fact, FileRef, Value, Visit
from flowrunner.model.flow import Field, Source, Step
from flowrunner.runtime.program import Program


class FiledAnswer(Struct, frozen=True):
    field: Field
    value: Value


class Round(Struct, frozen=True):
    """What was answered in one visit of a step. `number` counts the visits of this step from 1."""

    number: int
    since: datetime
    answers: tuple[FiledAnswer, ...]


class CaseFileSection(Struct, frozen=True):
    """A step with what was answered there, the newest round first."""

    step: Step
    rounds: tuple[Round, ...]


class KnownFact(Struct, frozen=True):
    """A fact with what its source is asked by. `is_new` is false for one that a decision was made with and that was
    asked again since."""

    fact: Fact
    criteria: tuple[tuple[Field, Value], ...] = ()
    is_new: bool = True


class Document(Struct, frozen=True):
    file: FileRef
    field: Field
    step: Step
    round: int


class Dossier(Struct, frozen=True):
    sections: tuple[CaseFileSection, ...] = ()
    facts: tuple[KnownFact, ...] = ()
    documents: tuple[Document, ...] = ()


def dossier(program: Program, case: Case) -> Dossier:
    """All that a case holds of what was sent; what was typed and not sent is nobody's to read."""
    sections = tuple(_sections(program, case))
    return Dossier(sections, tuple(_facts(program, case)), tuple(_documents(sections)))


def _sections(program: Program, case: Case) -> Iterator[CaseFileSection]:
    """Steps in the order in which they were first come to."""
    rounds_of_step: dict[str, list[Round]] = {}
    for visit in sorted((*case.trail, *case.path), key=lambda visit: visit.number):
        answers = tuple(_answers(program, visit))
        if answers:
            rounds = rounds_of_step.setdefault(visit.step, [])
            rounds.append(Round(len(rounds) + 1, visit.since, answers))
    for step, rounds in rounds_of_step.items():
        yield CaseFileSection(program.flow.steps[step], tuple(reversed(rounds)))


def _answers(program: Program, visit: Visit) -> Iterator[FiledAnswer]:
    """As the page asks them; what no page asks is worked out."""
    if visit.pressed is None:
        return
    names = [use.field.name for use in program.flow.steps[visit.step].uses]
    names += [use.field.name for use in program.asks(visit.step, visit.pressed).uses]
    for name in dict.fromkeys((*names, *visit.answers)):
        field = program.flow.fields.get(name)
        if field is not None and name in visit.answers and FIELD_TYPES[field.kind].shown_to_staff:
            yield FiledAnswer(field, visit.answers[name])


def _facts(program: Program, case: Case) -> Iterator[KnownFact]:
    """The newest first; those that decisions were made with and that were asked again come after them."""
    newest = list(case.facts)
    decided = [fact for visit in case.trail for fact in visit.facts.values()]
    older = [fact for index, fact in enumerate(decided) if fact not in newest and fact not in decided[:index]]
    for facts, is_new in ((newest, True), (older, False)):
        for fact in sorted(facts, key=lambda fact: fact.at, reverse=True):
            yield KnownFact(fact, tuple(_criteria(program, fact)), is_new)


def _criteria(program: Program, fact: Fact) -> Iterator[tuple[Field, Value]]:
    source: Source | None = program.flow.sources.get(fact.source)
    names = source.asks.values() if source is not None else ()
    for name, value in zip(names, fact.given, strict=False):
        field = program.flow.fields.get(name)
        if field is not None:
            yield field, _as_answered(field, value)


def _as_answered(field: Field, value: Value) -> Value:
    """A question's value as the answer was: an address is asked by the pairs of its parts."""
    if FIELD_TYPES[field.kind].parts and isinstance(value, tuple) and all(isinstance(part, tuple) for part in value):
        parts: Mapping[str, Value] = {str(part[0]): part[1] for part in value if isinstance(part, tuple)}
        return parts
    return value


def _documents(sections: tuple[CaseFileSection, ...]) -> Iterator[Document]:
    for section in sections:
        for each in section.rounds:
            for answer in each.answers:
                for file in answer.value if isinstance(answer.value, tuple) else ():
                    if isinstance(file, FileRef):
                        yield Document(file, answer.field, section.step, each.number)
