"""The names of countries and provinces, in a language and whichever of them somebody types."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

from flowrunner.fields.postal import RULES
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words

# CLDR's territories of two letters that are no country or dependency to live in.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=32)
def countries(language: str) -> Mapping[str, str]:
    """Country names by ISO 3166 alpha-2 code in lower case (`ca`), in the order of their names."""
    names = {
        code.lower(): name
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


@lru_cache(maxsize=32)
def provinces(country: str, language: str) -> Mapping[str, str]:
    """Province names by code (`ON`), in the order of their names; empty for a country whose provinces are not known."""
    codes = RULES[country].provinces if country in RULES else {}
    names = {code: words(language).say(f"province.{code}") for code in codes}
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


def province_of(country: str, characters: str) -> str | None:
    """The code of the province that was typed as its code or as its name in any language that we have, or None."""
    return _provinces_by_name(country).get(fold(characters))


@lru_cache(maxsize=32)
def _provinces_by_name(country: str) -> Mapping[str, str]:
    codes = {fold(code): code for code in (RULES[country].provinces if country in RULES else {})}
    for language in languages():
        codes.update({fold(name): code for code, name in provinces(country, language).items()})
    return codes


def fold(name: str) -> str:
    """A name without accents, capitals, hyphens and points, for comparing and ordering."""
    bare = (character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character))
    return " ".join("".join(character if character.isalnum() else " " for character in bare).casefold().split())
