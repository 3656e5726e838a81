"""The help page of each check: `locales/<language>/checks/<code>.md`, the same four headings in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.translations import UnknownLanguage, languages, locales_folders
from flowrunner.registry import nearest

HEADINGS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "en": ("What it finds", "Why it matters", "Example", "Instead"),
        "fr": ("Ce que la vérification trouve", "Pourquoi c’est important", "Exemple", "À écrire"),
    }
)
"""The headings of a page in the languages that the interpreter speaks; a new language adds its four."""

_CODE = re.compile(r"FR[0-9]{3}")


class UnknownCheck(FlowrunnerError):
    """No check has this code; `nearest` is the one that was probably meant, or None."""

    def __init__(self, code: str) -> None:
        self.nearest = nearest(code, explained_codes())
        hint = f"Did you mean {self.nearest}?" if self.nearest else f"Known: {', '.join(explained_codes())}."
        super().__init__(f"there is no check {code!r}.", where="explain", way_out=hint)


@lru_cache(maxsize=1)
def explained_codes() -> tuple[str, ...]:
    """All codes that have a help page, in order."""
    codes = (path.stem for folder in locales_folders() for path in folder.glob("*/checks/*.md"))
    return tuple(sorted({code for code in codes if _CODE.fullmatch(code)}))


def help_page(code: str, language: str) -> str:
    """The Markdown of a check's help page; the code may be in small letters. Raises UnknownCheck, UnknownLanguage."""
    if language not in languages():
        raise UnknownLanguage(language)
    code = code.strip().upper()
    pages = (folder / language / "checks" / f"{code}.md" for folder in locales_folders())
    path = next(filter(Path.is_file, pages), None) if _CODE.fullmatch(code) else None
    if path is None:
        raise UnknownCheck(code[:20])
    return path.read_text(encoding="utf-8")
