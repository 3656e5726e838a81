"""What is wrong in the catalogues: what is missing, empty, fuzzy, twice there, or has other holes than in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from translation.catalogues import (
    ENGLISH,
    catalogues,
    english_words,
    forms_of,
    ident_of,
    languages,
    messages,
    path_of,
)
from translation.ids import said, unmentioned

# As `flowrunner.i18n.words` fills them. A brace flag of gettext would compare with the id, which has none.
_HOLE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*(?::[a-z]+)?)\}(?!\})")


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry of a catalogue and what is wrong with it."""

    path: Path
    ident: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.ident}: {self.problem}"


def findings(locales: Path, source: Path) -> list[Finding]:
    """What is wrong in all languages, and in English for the code of `source`."""
    return [
        *_of_the_code(locales, source),
        *(each for language in languages(locales) for each in _of(locales, language)),
    ]


def _of_the_code(locales: Path, source: Path) -> Iterator[Finding]:
    names = {
        ident_of(message): name
        for name, catalogue in catalogues(locales, ENGLISH).items()
        for message in messages(catalogue)
    }
    for ident in sorted(said(source) - names.keys()):
        yield Finding(locales / ENGLISH, ident, "missing: the code says it")
    for ident in unmentioned(source, names):
        yield Finding(path_of(locales, ENGLISH, names[ident]), ident, "obsolete: nothing in the code says it")


def _of(locales: Path, language: str) -> Iterator[Finding]:
    english = catalogues(locales, ENGLISH)
    places: dict[str, Path] = {}
    for name, catalogue in catalogues(locales, language).items():
        path = path_of(locales, language, name)
        template = english.get(name, Catalog())
        own = {ident_of(message): message for message in messages(catalogue)}
        for ident, message in own.items():
            if ident in places:
                yield Finding(path, ident, f"stands in {places[ident].name} too")
            places[ident] = path
            model = template.get(message.id)
            problems = _problems(message) if language == ENGLISH else _differences(message, model)
            yield from (Finding(path, ident, problem) for problem in problems)
        for message in messages(template):
            if ident_of(message) not in own:
                yield Finding(path, ident_of(message), "missing")


def _problems(message: Message) -> Iterator[str]:
    forms = forms_of(message)
    if not all(forms):
        yield "empty"
    if message.fuzzy:
        yield "fuzzy: it waits for somebody to read it and take the flag away"
    if any(form != form.strip() for form in forms):
        yield "space around it"


def _differences(message: Message, english: Message | None) -> Iterator[str]:
    """What is wrong with an entry beside the English one."""
    if english is None:
        yield "obsolete: English has no such id"
        return
    yield from _problems(message)
    if message.pluralizable != english.pluralizable:
        yield "plural forms where English has none, or none where it has some"
    if message.auto_comments != english_words(english):
        yield "other English words beside it than in the English catalogue: run make words"
    if all(forms_of(message)) and not _holes_agree(message, english):
        yield f"holes {_written(_holes(message))}, in English {_written(_holes(english))}"


def _holes_agree(message: Message, english: Message) -> bool:
    """A plural form may leave out `{n}`; how a language writes dates (`format.…`) is its own."""
    theirs = _holes(english)
    return ident_of(english).startswith("format.") or theirs == _holes(message) | {"n"} & theirs


def _holes(message: Message) -> set[str]:
    return {hole for form in forms_of(message) for hole in _HOLE.findall(form)}


def _written(holes: set[str]) -> str:
    return " ".join(f"{{{hole}}}" for hole in sorted(holes)) or "none"
