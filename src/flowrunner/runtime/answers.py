"""Form validation, from what was sent to answers: which fields are asked, what was typed in them, and what is wrong
with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field

from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Problem, Submission, Value, Visit
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Choice, Field, FieldUse
from flowrunner.model.record import replace
from flowrunner.rules.judging import judge, problem_of
from flowrunner.runtime.program import Program, Questions
from flowrunner.text.text import constant_text


class FormReading(Struct):
    """What came of reading a page. `typed_codes` are what was typed in fields of codes, compared elsewhere."""

    answers: dict[str, Value] = field(default_factory=dict)
    aside: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    typed_codes: dict[str, str] = field(default_factory=dict)

    def refuse(self, problem: Problem) -> None:
        """Note a problem; a field, or an input of one that has several, has one reason at a time."""
        if all((noted.field, noted.input) != (problem.field, problem.input) for noted in self.problems):
            self.problems.append(problem)


def read_answers(
    program: Program, questions: Questions, submission: Submission, visit: Visit, env: Mapping[str, Any]
) -> FormReading:
    """Read every field that is asked and judge it; rules that read the page's own sources wait for their facts."""
    form = FormReading(aside={**visit.aside, **{k: v for k, v in visit.answers.items() if k in questions.own}})
    reading = {**env, **dict.fromkeys(questions.own)}
    uses: list[FieldUse] = []
    for use in questions.uses:
        if is_asked(use, reading):
            uses.append(use)
            _read_field(program, use.field, submission, visit, reading, form)
            form.aside.pop(use.field.name, None)
    for problem in judge(uses, form.answers, reading, late=questions.sources, now_late=False):
        form.refuse(problem)
    return form


def _read_field(
    program: Program, field: Field, submission: Submission, visit: Visit, env: dict[str, Any], form: FormReading
) -> None:
    kind = FIELD_TYPES[field.kind]
    name = field.name
    if kind.secret:
        _take_secret(field, submission, form)
        return
    if field.value is not None:
        env[name] = form.answers[name] = field.value.evaluate(env)
        return
    files = submission.files[name] if name in submission.files else kept_files(visit, name)
    context = context_of(program, field, env, files=files)
    reading = kind.read(field, submission.inputs, context)
    for problem in reading.problems:
        form.refuse(problem)
    if kind.is_code:
        if isinstance(reading.value, str):
            form.typed_codes[name] = reading.value
    else:
        env[name] = form.answers[name] = reading.value


def _take_secret(field: Field, submission: Submission, form: FormReading) -> None:
    secret = submission.secrets.get(field.name)
    if secret is None:
        form.refuse(Problem(field.name, "required", {"kind": field.kind}))
        return
    for code in secret.broken:
        rule = next((use for use in field.rules if use.rule == code), None)
        form.refuse(problem_of(field, rule, rule.bound) if rule else Problem(field.name, code))
    form.secrets[field.name] = secret.hash


def kept_files(visit: Visit, name: str) -> tuple[Any, ...]:
    """The files that an earlier submission of this visit brought."""
    value = visit.answers.get(name) or visit.aside.get(name)
    return value if isinstance(value, tuple) else ()


def context_of(program: Program, field: Field, env: Mapping[str, Any], files: tuple[Any, ...] = ()) -> Context:
    """What reading a field may know."""
    today = env.get("today")
    return Context(
        choices=open_choices(field, env),
        territory=program.flow.territory,
        today=today if isinstance(today, date) else None,
        files=files,
    )


def open_choices(field: Field, env: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of a field now: its closed list, or what its expression gives."""
    if isinstance(field.choices, Expression):
        values = field.choices.evaluate(env) or ()
        languages = tuple(field.label.words)
        return tuple(Choice(str(one), constant_text(dict.fromkeys(languages, str(one)))) for one in values)
    return field.choices


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
    uses = []
    for use in questions.uses:
        name = use.field.name
        if is_asked(use, reading):
            uses.append(use)
            answer = aside.pop(name, None)
            value = use.field.value.evaluate(reading) if use.field.value is not None else answer
            if name in visit.answers or value is not None:
                reading[name] = answers[name] = value
    again = visit if answers == visit.answers else replace(visit, answers=answers, aside=aside)
    facts = facts_for(reading)
    if facts is None or not all(_is_there(use.field, again, reading) for use in uses):
        return None
    return None if judge(uses, answers, {**reading, **facts}) else again


def _is_there(field: Field, visit: Visit, env: Mapping[str, Any]) -> bool:
    kind = FIELD_TYPES[field.kind]
    if kind.is_code:
        return field.name in visit.proofs
    if kind.secret:
        return field.name in visit.secrets
    value = visit.answers.get(field.name)
    if value is None or value == ():
        return field.optional or field.value is not None
    if kind.has_choices:
        open_now = {choice.value for choice in open_choices(field, env)}
        return set(value if isinstance(value, tuple) else (value,)) <= open_now
    return True
