"""The words of a problem, for whoever shows one: a page, a scenario's report.

`problem.<code>.<kind>` is looked for first, then `problem.<code>`. `kind` is what the problem itself says in its values
(`required` of a city is `problem.required.city`), else the type of its field (`problem.required.choice`). A problem
with `n` in its values takes the plural form that goes with n.
"""

from __future__ import annotations

from flowrunner.i18n.translations import MissingWord
from flowrunner.i18n.words import Words
from flowrunner.model.case import Problem


def say_problem(words: Words, problem: Problem, kind: str = "") -> str:
    """What is wrong, in one language. `kind` is the type of the field (`date`). An author's own message is not read.

    Raises MissingWord when the catalogue has no word for the code.
    """
    ident = word_of(words, problem, kind)
    values = dict(problem.values)
    n = values.pop("n", None)
    if n is None:
        return words.say(ident, **values)
    return words.say_n(ident, int(str(n)), **values)


def word_of(words: Words, problem: Problem, kind: str = "") -> str:
    """The id in the catalogue of a problem's words. Raises MissingWord."""
    kinds = (problem.values.get("kind"), kind)
    candidates = [f"problem.{problem.code}.{kind}" for kind in kinds if kind] + [f"problem.{problem.code}"]
    for ident in candidates:
        if ident in words:
            return ident
    raise MissingWord(f"there is no word {candidates[-1]!r}.", where=f"locales/{words.language}")
