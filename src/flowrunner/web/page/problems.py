"""What is wrong with a page that was sent: where it is said, which is the same for everybody, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Problem
from flowrunner.model.flow import Field
from flowrunner.runtime.look import Page
from flowrunner.web.localizer import Localizer


class Wrong(Struct, frozen=True):
    """Where a page says that something is wrong. `targets` are the ids that the lines of the error summary lead to, ""
    for the whole page; `fields` the questions, each with the input that its first problem names; `inputs` those that
    say what is wrong with them themselves. The words have names: `line N`, `wrong FIELD`, `wrong INPUT`."""

    targets: tuple[str, ...] = ()
    fields: tuple[tuple[str, str | None], ...] = ()
    inputs: frozenset[str] = frozenset()

    def marks(self, field: str, part: str) -> bool:
        """Whether an input of a question is marked: a problem of the whole marks each, one of a part that part."""
        return part in self.inputs or any(name == field and of in (None, part) for name, of in self.fields)

    def above(self, field: str) -> bool:
        """Whether a question says what is wrong above its inputs."""
        return any(name == field and of not in self.inputs for name, of in self.fields)

    def has(self, field: str) -> bool:
        """Whether anything is wrong with a question."""
        return any(name == field for name, _ in self.fields)


NOTHING_WRONG = Wrong()


def read_problems(page: Page, voice: Localizer) -> tuple[Wrong, Mapping[str, str]]:
    """Where a page says what is wrong, and the words by name."""
    if not page.problems:
        return NOTHING_WRONG, {}
    spoken = [(problem, about, voice.problem(problem, about, page.reading)) for problem, about in _in_order(page)]
    lines = tuple(_lines(spoken, voice))
    words = {f"line {number}": line for number, (line, _) in enumerate(lines)}
    fields: dict[str, str | None] = {}
    inputs = set()
    for problem, about, said in spoken:
        if about is None:
            continue
        name = f"wrong {about.name}"
        if about.name not in fields:
            fields[about.name], words[name] = problem.input, said
        elif "file" in problem.values:
            # Of several files, what is wrong with each.
            words[name] = f"{words[name]} {said}"
        if problem.input and FIELD_TYPES[about.kind].says_at_parts:
            inputs.add(problem.input)
            words[f"wrong {problem.input}"] = said
    return Wrong(tuple(target for _, target in lines), tuple(fields.items()), frozenset(inputs)), words


def _in_order(page: Page) -> list[tuple[Problem, Field | None]]:
    """The problems as the page is read: those of the whole page, then those of its questions from top to bottom."""
    places = {name: place for place, name in enumerate(page.questions)}
    problems = sorted(page.problems, key=lambda problem: places.get(problem.field or "", -1))
    asked = ((problem, page.questions.get(problem.field or "")) for problem in problems)
    return [(problem, question.field if question else None) for problem, question in asked]


def _lines(spoken: list[tuple[Problem, Field | None, str]], voice: Localizer) -> Iterator[tuple[str, str]]:
    """The lines of the error summary, each with where it leads. Those that would read alike say of which question."""
    words = [said for _, _, said in spoken]
    for problem, about, said in spoken:
        if about is None:
            yield said, ""
            continue
        alone = words.count(said) == 1
        line = said if alone else voice.words.say("page.problem_of", label=voice.plain(about.label), problem=said)
        yield line, problem.input or FIELD_TYPES[about.kind].inputs(about)[0]
