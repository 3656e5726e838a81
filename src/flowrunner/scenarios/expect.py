"""Comparing what a line expects with what its page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.wording import wording
from flowrunner.model.case import Case, Problem, Work
from flowrunner.model.flow import Block
from flowrunner.runtime.answers import context_of
from flowrunner.runtime.look import Page
from flowrunner.runtime.program import Program
from flowrunner.scenarios.scenario import Expected
from flowrunner.text.text import Text

Finding = tuple[Expected | None, str, dict[str, str]]


class Observation(Struct, frozen=True):
    """What a line came to: the page that is shown, the case, and what was sent on the way."""

    program: Program
    page: Page | None
    step: str
    case: Case
    env: Mapping[str, Any]
    problems: tuple[Problem, ...]
    work: tuple[Work, ...]
    codes_before: Mapping[str, str]
    codes: Mapping[str, str]
    roles: frozenset[str]
    language: str
    say: Text | None

    @property
    def step_outcome(self) -> str:
        return self.program.flow.steps[self.case.step].outcome or ""

    def messages(self, *ways: str) -> list[str]:
        """The names of the messages that went out in one of these ways, in order; an e-mail to nobody did not."""
        sent = (w.values for w in self.work if w.effect == "send")
        return [
            values["message"]
            for values in sent
            if any(way in values["by"] and (way != "email" or values["to"] is not None) for way in ways)
        ]


def unmet(seen: Observation, expect: tuple[Expected, ...]) -> Iterator[Finding]:
    """What is not as expected. Problems that no line expects are findings too."""
    if seen.problems and not any(expected.key == "problems" for expected in expect):
        yield None, "unexpected_problems", {"found": _problems(seen)}
    for expected in expect:
        compare = _COMPARE.get(expected.key)
        if compare is not None:
            for variant, values in compare(seen, expected.data):
                yield expected, variant, values


Difference = tuple[str, dict[str, str]]


def _differs(variant: str, expected: object, actual: object, **more: str) -> Iterator[Difference]:
    if expected != actual:
        yield variant, {"expected": _words(expected), "found": _words(actual), **more}


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) or "–"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(sorted(map(str, value)) if isinstance(value, (set, frozenset)) else map(str, value)) or "–"
    return str(value) if value not in (None, "") else "–"


def _problems(seen: Observation) -> str:
    return ", ".join(f"{problem.field or '_page'}: {problem.code}" for problem in seen.problems)


def _step(seen: Observation, data: Any) -> Iterator[Difference]:
    yield from _differs("step", data, seen.step)


def _problems_of(seen: Observation, data: Any) -> Iterator[Difference]:
    codes = {problem.field or "_page": problem.code for problem in seen.problems}
    yield from _differs("problems", dict(data) if isinstance(data, dict) else {}, codes)


def _sent(seen: Observation, data: Any) -> Iterator[Difference]:
    yield from _differs("sent", list(data), seen.messages("email"))


def _messages(seen: Observation, data: Any) -> Iterator[Difference]:
    yield from _differs("messages", sorted(data), sorted(seen.messages("account", "letter")))


def _outcome(seen: Observation, data: Any) -> Iterator[Difference]:
    yield from _differs("outcome", data, seen.step_outcome)


def _roles(seen: Observation, data: Any) -> Iterator[Difference]:
    yield from _differs("roles", sorted(data), sorted(seen.roles))


def _status(seen: Observation, data: Any) -> Iterator[Difference]:
    status = seen.program.flow.steps[seen.case.step].status
    shown = status.plain(seen.language, seen.env, wording(seen.program.flow, seen.language)) if status else ""
    yield from _differs("status", data, shown)


def _conditions(seen: Observation, data: Any) -> Iterator[Difference]:
    for name, expected in data.items():
        condition = seen.program.flow.conditions.get(name)
        if condition is None:
            yield "unknown_condition", {"name": name}
            continue
        holds = "true" if condition.when.evaluate(seen.env) else "false"
        yield from _differs("condition", expected, holds, name=name)


def _answers(seen: Observation, data: Any) -> Iterator[Difference]:
    for name, expected in data.items():
        yield from _answer(seen, name, expected, "answer")


def _answer(seen: Observation, name: str, expected: Any, variant: str) -> Iterator[Difference]:
    field = seen.program.flow.fields.get(name)
    if field is None:
        yield "unknown_field", {"field": name, "step": seen.step}
        return
    actual = _current(seen, name)
    kind = FIELD_TYPES[field.kind]
    context = context_of(seen.program, field, seen.env)
    answer = kind.parse(field, expected, context).value if expected not in ("", None) else None
    if kind.write(field, answer) != kind.write(field, actual):
        yield variant, {"field": name, "expected": _words(expected), "found": "–" if actual is None else "…"}


def _current(seen: Observation, name: str) -> Any:
    """The answer as it stands on the page, else as it can be read now."""
    page = seen.page
    if page is not None and name in page.questions:
        shown = page.questions[name]
        reading = FIELD_TYPES[shown.field.kind].read(
            shown.field, shown.inputs, context_of(seen.program, shown.field, seen.env)
        )
        if reading.value is not None:
            return reading.value
    return seen.env.get(name)


def _prefilled(seen: Observation, data: Any) -> Iterator[Difference]:
    for name, expected in data.items():
        if seen.page is None or name not in seen.page.questions or not seen.page.questions[name].prefilled:
            yield "not_prefilled", {"field": name, "step": seen.step}
        else:
            yield from _answer(seen, name, expected, "prefilled")


def _codes(seen: Observation, data: Any) -> Iterator[Difference]:
    for name, expected in data.items():
        same = seen.codes.get(name) == seen.codes_before.get(name)
        yield from _differs("code", expected, "same" if same else "new", name=name)


def _shows(seen: Observation, data: Any) -> Iterator[Difference]:
    for name in data:
        if not _is_shown(seen, str(name)):
            yield "not_shown", {"name": str(name), "step": seen.step}


def _hidden(seen: Observation, data: Any) -> Iterator[Difference]:
    if seen.page is None:
        yield "no_page", {"step": seen.step}
        return
    for name in data:
        if _is_shown(seen, str(name)):
            yield "shown", {"name": str(name), "step": seen.step}


_COMPARE: Mapping[str, Callable[[Observation, Any], Iterator[Difference]]] = {
    "step": _step,
    "problems": _problems_of,
    "sent": _sent,
    "messages": _messages,
    "outcome": _outcome,
    "roles": _roles,
    "status": _status,
    "conditions": _conditions,
    "answers": _answers,
    "prefilled": _prefilled,
    "codes": _codes,
    "shows": _shows,
    "hidden": _hidden,
}


# --- What a page shows --------------------------------------------------------------------


def _is_shown(seen: Observation, name: str) -> bool:
    page = seen.page
    if page is None:
        return False
    if name in page.questions or name in {action.name for action in page.actions}:
        return True
    flow = seen.program.flow
    if name in flow.fields:
        return any(
            shown.field.name == name and shown.value is not None
            for lines in page.lines.values()
            for line in lines
            for shown in line.answers
        ) or _answer_in_words(seen, page, name)
    if name in flow.conditions:
        return any(block.when is not None and name in block.when.conditions for block in page.blocks)
    words = page_words(seen, page)
    if name in flow.texts:
        return flow.texts[name].plain(seen.language, seen.env, wording(flow, seen.language)).strip() in words
    record, _, key = name.partition(".")
    value = seen.env[record].get(key) if key and isinstance(seen.env.get(record), Mapping) else None
    if value is not None:
        formats = wording(flow, seen.language).formats
        if isinstance(value, datetime):
            return formats.date(value) in words
        return (value if isinstance(value, str) else formats.value(value)) in words
    return _flat(name) in _flat(words)


def _answer_in_words(seen: Observation, page: Page, name: str) -> bool:
    field = seen.program.flow.fields[name]
    value = seen.env.get(name)
    if value is None:
        return False
    shown = FIELD_TYPES[field.kind].show(field, value, wording(seen.program.flow, seen.language).words, seen.language)
    return _flat(shown) in _flat(page_words(seen, page))


def _flat(words: str) -> str:
    return " ".join(words.replace("\N{NO-BREAK SPACE}", " ").split())


def page_words(seen: Observation, page: Page) -> str:
    """All words that the flow puts on a page, without their markup."""
    form = wording(seen.program.flow, seen.language)

    def lines_of(text: Text | None) -> list[str]:
        return [text.plain(seen.language, page.reading, form)] if text is not None else []

    words = lines_of(page.step.title) + lines_of(seen.say) + lines_of(page.step.next_label)
    for block in (*page.blocks, *seen.program.flow.every_page):
        words += _block_words(block, lines_of, page)
    for question in page.questions.values():
        words += lines_of(question.field.label) + lines_of(question.field.hint) + lines_of(question.field.unit)
        if isinstance(question.field.choices, tuple):
            words += [
                word for choice in question.field.choices for word in lines_of(choice.label) + lines_of(choice.hint)
            ]
    for action in page.actions:
        words += lines_of(action.label)
    words += _summary_words(seen, page)
    return "\n".join(words)


def _summary_words(seen: Observation, page: Page) -> list[str]:
    form = wording(seen.program.flow, seen.language)
    shown = [one for lines in page.lines.values() for line in lines for one in line.answers if one.value is not None]
    return [FIELD_TYPES[one.field.kind].show(one.field, one.value, form.words, seen.language) for one in shown]


def _block_words(block: Block, lines_of: Callable[[Text | None], list[str]], page: Page) -> list[str]:
    part = BLOCKS[block.kind]
    words = [line for text in part.texts(block.content) for line in lines_of(text)]
    return words + [str(value.evaluate(page.reading) or "") for value in part.values(block.content)]
