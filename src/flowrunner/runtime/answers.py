"""From what was sent to answers: which fields are asked, what was typed in them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field

from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Problem, Submission, Value, Visit
from flowrunner.model.expression import Expression
from flowrunner.model.flow import Choice, Field, FieldUse
from flowrunner.model.record import replace
from flowrunner.rules.judging import judge, problem_of
from flowrunner.runtime.program import Program, Questions
from flowrunner.text import constant_text


class Answered(Struct):
    """What came of reading a page. `typed_codes` are what was typed in fields of codes, compared elsewhere."""

    answers: dict[str, Value] = field(default_factory=dict)
    aside: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    typed_codes: dict[str, str] = field(default_factory=dict)

    def refuse(self, problem: Problem) -> None:
        """Note a problem; a field, or an input of one that has several, has one reason at a time."""
        if all((known.field, known.input) != (problem.field, problem.input) for known in self.problems):
            self.problems.append(problem)


def read_answers(
    program: Program, questions: Questions, submission: Submission, visit: Visit, env: Mapping[str, Any]
) -> Answered:
    """Read every field that is asked and judge it; rules that read the page's own sources wait for `judge_late`."""
    found = Answered(aside={**visit.aside, **{k: v for k, v in visit.answers.items() if k in questions.own}})
    reading = {**env, **dict.fromkeys(questions.own)}
    asked: list[FieldUse] = []
    for use in questions.uses:
        if is_asked(use, reading):
            asked.append(use)
            _read_field(program, use.field, submission, visit, reading, found)
            found.aside.pop(use.field.name, None)
    for problem in judge(asked, found.answers, reading, late=questions.sources, now_late=False):
        found.refuse(problem)
    return found


def _read_field(
    program: Program, asked: Field, submission: Submission, visit: Visit, env: dict[str, Any], found: Answered
) -> None:
    kind = FIELD_TYPES[asked.kind]
    name = asked.name
    if kind.secret:
        _take_secret(asked, submission, found)
        return
    if asked.value is not None:
        env[name] = found.answers[name] = asked.value.evaluate(env)
        return
    files = submission.files[name] if name in submission.files else kept_files(visit, name)
    context = context_of(program, asked, env, files=files)
    reading = kind.read(asked, submission.inputs, context)
    for problem in reading.problems:
        found.refuse(problem)
    if asked.kind == "code":
        if isinstance(reading.value, str):
            found.typed_codes[name] = reading.value
    else:
        env[name] = found.answers[name] = reading.value


def _take_secret(asked: Field, submission: Submission, found: Answered) -> None:
    secret = submission.secrets.get(asked.name)
    if secret is None:
        found.refuse(Problem(asked.name, "required", {"kind": asked.kind}))
        return
    for code in secret.broken:
        rule = next((use for use in asked.rules if use.rule == code), None)
        found.refuse(problem_of(asked, rule, rule.bound) if rule else Problem(asked.name, code))
    found.secrets[asked.name] = secret.hash


def kept_files(visit: Visit, name: str) -> tuple[Any, ...]:
    """The files that an earlier submission of this visit brought."""
    value = visit.answers.get(name) or visit.aside.get(name)
    return value if isinstance(value, tuple) else ()


def context_of(program: Program, asked: Field, env: Mapping[str, Any], files: tuple[Any, ...] = ()) -> Context:
    """What reading a field may know."""
    today = env.get("today")
    return Context(
        choices=open_choices(asked, env),
        territory=program.flow.territory,
        today=today if isinstance(today, date) else None,
        files=files,
    )


def open_choices(asked: Field, env: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of a field now: its closed list, or what its expression gives."""
    if isinstance(asked.choices, Expression):
        given = asked.choices.evaluate(env) or ()
        languages = tuple(asked.label.words)
        return tuple(Choice(str(one), constant_text(dict.fromkeys(languages, str(one)))) for one in given)
    return asked.choices


def is_asked(use: FieldUse, env: Mapping[str, Any]) -> bool:
    """Whether the field is asked, by its `when` and by the choice that opens it."""
    if use.when is not None and not use.when.evaluate(env):
        return False
    return not use.field.opened_by or any(_opens(env.get(chooser), value) for chooser, value in use.field.opened_by)


def _opens(answer: object, value: str) -> bool:
    return value in answer if isinstance(answer, tuple) else answer == value


def judge_again(
    questions: Questions,
    visit: Visit,
    env: Mapping[str, Any],
    facts_for: Callable[[Mapping[str, Any]], Mapping[str, Any] | None],
) -> Visit | None:
    """The visit with its stored answers as they hold now, or None when they no longer complete it.

    What is not asked any more goes aside, what is asked again comes back, computed values are worked out anew.
    `facts_for` gives what the page's own sources answered for these answers, None while that is not known.
    """
    answers: dict[str, Value] = {}
    aside = {**visit.aside, **visit.answers}
    reading = {**env, **dict.fromkeys(questions.own)}
    asked = []
    for use in questions.uses:
        name = use.field.name
        if is_asked(use, reading):
            asked.append(use)
            kept = aside.pop(name, None)
            value = use.field.value.evaluate(reading) if use.field.value is not None else kept
            if name in visit.answers or value is not None:
                reading[name] = answers[name] = value
    again = visit if answers == visit.answers else replace(visit, answers=answers, aside=aside)
    facts = facts_for(reading)
    if facts is None or not all(_is_there(use.field, again, reading) for use in asked):
        return None
    return None if judge(asked, answers, {**reading, **facts}) else again


def _is_there(asked: Field, visit: Visit, env: Mapping[str, Any]) -> bool:
    if asked.kind == "code":
        return asked.name in visit.proofs
    if FIELD_TYPES[asked.kind].secret:
        return asked.name in visit.secrets
    value = visit.answers.get(asked.name)
    if value is None or value == ():
        return asked.optional or asked.value is not None
    if FIELD_TYPES[asked.kind].has_choices:
        open_now = {choice.value for choice in open_choices(asked, env)}
        return set(value if isinstance(value, tuple) else (value,)) <= open_now
    return True
