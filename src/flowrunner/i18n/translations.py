"""The sentences that the interpreter says, by id and language, as they stand in `locales/<language>/LC_MESSAGES/*.po`.

Every id is symbolic (`problem.required`) and every language is an ordinary catalogue: there is no source language to
fall back on, so a missing sentence is an error that tests find.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from babel.messages.pofile import read_po

from flowrunner.errors import FlowrunnerError

# A sentence, or one with plural forms: a form for each.
Sentence: TypeAlias = "str | tuple[str, ...]"
# What pages say is looked for in these first; what is left is said by the command line, which can wait for it.
_OF_PAGES = ("flowrunner", "format", "desk", "mail", "letters", "cases")


class UnknownLanguage(FlowrunnerError):
    """`locales/` has no words in this language."""

    def __init__(self, language: str) -> None:
        known = ", ".join(languages())
        super().__init__(
            f"there are no words in the language {language!r}.", where="locales", way_out=f"Known languages: {known}."
        )


class MissingWord(FlowrunnerError):
    """A catalogue has no such id, or a sentence has a hole that nothing fills."""


def locales_folder() -> Path:
    """Where the catalogues are: in the package when it was installed, else beside `src`."""
    packaged = Path(__file__).parents[1] / "locales"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "locales"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that `locales/` has, in the order of their codes."""
    found = (folder.parent.name for folder in locales_folder().glob("*/LC_MESSAGES"))
    return tuple(sorted(found))


def language_of_environment(environment: Mapping[str, str] | None = None) -> str:
    """The language of LC_ALL, LC_MESSAGES or LANG, the first that is set, if `locales/` has it; else English."""
    environment = os.environ if environment is None else environment
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(variable):
            language = re.split(r"[_.@-]", value, maxsplit=1)[0].lower()
            return language if language in languages() else "en"
    return "en"


@lru_cache(maxsize=32)
def sentences(language: str) -> Sentences:
    """The sentences of one language, read once. Raises UnknownLanguage."""
    if language not in languages():
        raise UnknownLanguage(language)
    return Sentences(language, sorted((locales_folder() / language / "LC_MESSAGES").glob("*.po"), key=_place))


def _place(path: Path) -> tuple[int, str]:
    return (_OF_PAGES.index(path.stem) if path.stem in _OF_PAGES else len(_OF_PAGES), path.stem)


class Sentences(Mapping[str, Sentence]):
    """All sentences of one language by id. A file is read when a sentence is not in those before it, nor `known`. An
    id that stands in two files raises MissingWord once both are read. Safe to share between threads."""

    def __init__(self, language: str, files: Sequence[Path], known: Mapping[str, Sentence] | None = None) -> None:
        self.language = language
        self._lock = Lock()
        self._files = files
        self._found = dict(known or {})
        self._plural = gettext.c2py("n != 1")

    @property
    def unread(self) -> tuple[str, ...]:
        """The names of the files that nothing was asked of yet."""
        return tuple(path.stem for path in self._files)

    def plural(self, n: int) -> int:
        """Which of the forms of a sentence goes with n."""
        return self._plural(n)

    def __getitem__(self, ident: str) -> Sentence:
        while ident not in self._found and self._read():
            pass
        return self._found[ident]

    def __iter__(self) -> Iterator[str]:
        while self._read():
            pass
        return iter(self._found)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _read(self) -> bool:
        """Read the next file; False when there is none left."""
        with self._lock:
            if not self._files:
                return False
            path = self._files[0]
            with path.open("rb") as file:
                read = read_po(file, locale=self.language)
            self._plural = gettext.c2py(read.plural_expr)
            found = {}
            for message in read:
                ident = message.id if isinstance(message.id, str) else message.id[0]
                if ident in self._found:
                    raise MissingWord(f"the word {ident!r} stands in two catalogues.", where=str(path))
                if ident:
                    found[ident] = _forms(message.string)
            # Whoever reads without the lock sees all of a file or none of it.
            self._found = {**self._found, **found}
            self._files = self._files[1:]
            return True


def _forms(written: object) -> Sentence:
    return tuple(str(form) for form in written) if isinstance(written, list | tuple) else str(written or "")
