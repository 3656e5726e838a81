"""The message catalogues of `locales/<language>/LC_MESSAGES`, compiled by Babel (`.mo`) and read by gettext.

Every id is symbolic (`problem.required`) and every language is an ordinary catalogue: there is no source language to
fall back on. A sentence that is missing, empty or fuzzy is an error, here and in `make words`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock

from babel.support import Translations

from flowrunner.errors import FlowrunnerError
from flowrunner.registry import offered

# What pages say is looked for in these first; what is left is said by the command line, which can wait for it.
_OF_PAGES = ("flowrunner", "format", "desk", "mail", "letters", "cases")


class UnknownLanguage(FlowrunnerError):
    """`locales/` has no words in this language."""

    def __init__(self, language: str) -> None:
        codes = ", ".join(languages())
        super().__init__(
            f"there are no words in the language {language!r}.", where="locales", way_out=f"Known languages: {codes}."
        )


class MissingWord(FlowrunnerError):
    """A catalogue has no such id or is not compiled, or a sentence has a hole that nothing fills."""


def locales_folder() -> Path:
    """Where the catalogues are: in the package when it was installed, else beside `src`."""
    return _packaged() if _packaged().is_dir() else Path(__file__).parents[3] / "locales"


def locales_folders() -> tuple[Path, ...]:
    """The same, and those that packages with parts bring: what their entry points `flowrunner.locales` give."""
    return (locales_folder(), *(Path(entry.load()()) for entry in offered("locales")))


def _packaged() -> Path:
    return Path(__file__).parents[1] / "locales"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that `locales/` has, in the order of their codes."""
    codes = (folder.parent.name for folder in locales_folder().glob("*/LC_MESSAGES"))
    return tuple(sorted(codes))


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
    """The sentences of one language, read once. Raises UnknownLanguage, and MissingWord for a catalogue that is not
    compiled as it stands."""
    if language not in languages():
        raise UnknownLanguage(language)
    catalogues = (sorted((one / language / "LC_MESSAGES").glob("*.po"), key=_place) for one in locales_folders())
    return Sentences(language, [_compiled(po) for folder in catalogues for po in folder])


def _place(path: Path) -> tuple[int, str]:
    return (_OF_PAGES.index(path.stem) if path.stem in _OF_PAGES else len(_OF_PAGES), path.stem)


class Sentences:
    """All sentences of one language by id. A catalogue is read when a sentence is not in those before it. Safe to share
    between threads."""

    def __init__(self, language: str, catalogues: Sequence[Path]) -> None:
        self.language = language
        self._lock = Lock()
        self._unread = tuple(catalogues)
        self._read = Translations()

    @property
    def unread(self) -> tuple[str, ...]:
        """The names of the catalogues that nothing was asked of yet."""
        return tuple(path.stem for path in self._unread)

    def get(self, ident: str, n: int | None = None) -> str | None:
        """The sentence of this id, with n its plural form that goes with n; None when there is none."""
        while True:
            unread = self._unread
            if (text := self._look_up(ident, n)) != ident:
                return text
            if not unread:
                return None
            self._read_next(unread)

    def _look_up(self, ident: str, n: int | None) -> str:
        """The sentence, or the id, as gettext answers where there is none; it keeps plural forms apart."""
        if n is not None and (form := self._read.ngettext(ident, ident, n)) != ident:
            return form
        return self._read.gettext(ident)

    def _read_next(self, unread: tuple[Path, ...]) -> None:
        """Read the first of these, if no other thread has."""
        with self._lock:
            if self._unread is unread:
                with unread[0].open("rb") as file:
                    catalogue = Translations(file)
                # The first is the one that knows the plural of its language.
                self._read = self._read.merge(catalogue) if self._read.files else catalogue
                self._unread = unread[1:]


def _compiled(po: Path) -> Path:
    """What Babel made of a catalogue. Raises MissingWord when it is missing or, in a checkout, older."""
    mo = po.with_suffix(".mo")
    if not mo.exists() or (not _packaged().is_dir() and mo.stat().st_mtime < po.stat().st_mtime):
        raise MissingWord("this catalogue is not compiled as it stands.", where=str(po), way_out="Run `make setup`.")
    return mo
