"""The interpreter's own words, and how each language writes dates, numbers, lists and sizes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_month_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_territory_currencies

from flowrunner.i18n.translations import MissingWord, Sentences, sentences

# A name in braces and nothing else: `{{ name }}` and `{ }` in a sentence about the language stay as they are.
_HOLE = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)(?::([a-z]+))?\}(?!\})")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"
_NORTH_AMERICAN = re.compile(r"\+?1?[-. ]?\(?([2-9][0-9]{2})\)?[-. ]?([2-9][0-9]{2})[-. ]?([0-9]{4})")
_EXTENSION = re.compile(r"(?:;ext=|\s*(?:x|ext\.?|poste)\s*)([0-9]+)$", re.IGNORECASE)
_SIZES = ("bytes", "kilobytes", "megabytes", "gigabytes")


@lru_cache(maxsize=64)
def words(language: str, territory: str | None = None) -> Words:
    """The words of a language as a territory writes them (`fr`, `CA`). Raises UnknownLanguage."""
    return Words(sentences(language), territory)


class Words:
    """The interpreter's own words in one language."""

    def __init__(self, translations: Sentences, territory: str | None = None) -> None:
        self.language = translations.language
        self.territory = territory
        self._sentences = translations
        self.format = Formatter(self, territory)

    def __contains__(self, ident: str) -> bool:
        return self._sentences.get(ident, 1) is not None

    def say(self, ident: str, /, **values: object) -> str:
        """The sentence of this id, its holes filled. Raises MissingWord for an id or a value that is not there.

        A hole is `{name}`, or `{name:size}` where the number alone does not say how it is written
        (size, money, phone, plain) or a list is a choice (or).
        """
        return self._fill(ident, self._sentence(ident), values)

    def say_n(self, ident: str, n: int, /, **values: object) -> str:
        """The sentence of this id in the plural form that goes with n; `{n}` is filled with n."""
        return self._fill(ident, self._sentence(ident, n), {"n": n, **values})

    def _sentence(self, ident: str, n: int | None = None) -> str:
        if sentence := self._sentences.get(ident, n):
            return sentence
        raise MissingWord(f"there is no word {ident!r}.", where=f"locales/{self.language}")

    def _fill(self, ident: str, sentence: str, values: Mapping[str, object]) -> str:
        def fill(hole: re.Match[str]) -> str:
            name, kind = hole.group(1), hole.group(2)
            if name not in values:
                raise MissingWord(f"nothing fills {{{name}}} in {ident!r}.", where=f"locales/{self.language}")
            return self.format.value(values[name], kind or "")

        return _HOLE.sub(fill, sentence) if "{" in sentence else sentence


# --- How a language writes things ---------------------------------------------------------


class Formatter:
    """Dates, times, numbers, money, sizes, lists and phone numbers as one language and territory write them.

    What CLDR leaves open or Canada's style guides decide otherwise stands in the catalogue (`format.date`, …).
    """

    def __init__(self, words: Words, territory: str | None = None) -> None:
        self._words = words
        self.territory = territory
        try:
            self.locale = Locale(words.language, territory)
        except UnknownLocaleError:
            self.locale = Locale(words.language)
        self._months = get_month_names("wide", locale=self.locale)

    def value(self, value: object, kind: str = "") -> str:
        """A value of any type that an answer, a bound or a fact can have; nothing is empty. `kind` is a hole's."""
        if kind:
            return self._of_kind(value, kind)
        return self._of_type(value)

    def _of_kind(self, value: Any, kind: str) -> str:
        match kind:
            case "size":
                return self.size(int(value))
            case "money":
                return self.money(value)
            case "phone":
                return self.phone(str(value))
            case "or":
                return self.join_or(self._of_type(item) for item in value)
            case "plain":
                return str(value)
        raise MissingWord(f"a hole of the kind {kind!r} is unknown.", where=f"locales/{self._words.language}")

    def _of_type(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case str():
                return value
            case bool():
                return self._words.say("answer.yes" if value else "answer.no")
            case int() | Decimal():
                return self.number(value)
            case dt.datetime():
                return self.moment(value)
            case dt.date():
                return self.date(value)
            case dt.time():
                return self.time(value)
            case tuple() | list() | frozenset():
                return self.join(self._of_type(item) for item in value)
        return str(value)

    def date(self, value: dt.date) -> str:
        """July 31, 2016; 31 juillet 2016, 1er mai 2016."""
        say = self._words.say
        day = say("format.first_day") if value.day == 1 else str(value.day)
        return say("format.date", day=day, month=self._months[value.month], year=f"{value.year:04}")

    def time(self, value: dt.time | dt.datetime) -> str:
        """4:30 pm, 9 am; 16 h 30, 9 h."""
        half = "morning" if value.hour < 12 else "afternoon"
        whole = "hour" if value.minute == 0 else "time"
        return self._words.say(
            f"format.{whole}_{half}",
            hour=str(value.hour),
            hour_of_half=str(value.hour % 12 or 12),
            minute=f"{value.minute:02}",
        )

    def moment(self, value: dt.datetime) -> str:
        """A day and a time of day, as the clock that `value` carries shows them."""
        return self._words.say("format.moment", date=self.date(value), time=self.time(value))

    def month(self, value: dt.date) -> str:
        """July 2016; juillet 2016."""
        return format_skeleton("yMMMM", value, locale=self.locale)

    def number(self, value: Decimal | int | float) -> str:
        """1,234.5; 1 234,5: all digits that the number has."""
        return _unbroken(format_decimal(value, locale=self.locale, decimal_quantization=False))

    def money(self, value: Decimal | int, currency: str | None = None) -> str:
        """$1,234.50; 1 234,50 $. Without a currency it is the territory's own, else no sign stands with it."""
        currency = currency or self.currency
        if currency is None:
            return _unbroken(format_decimal(value, format="#,##0.00", locale=self.locale))
        return _unbroken(format_currency(value, currency, locale=self.locale))

    @property
    def currency(self) -> str | None:
        """The currency of the territory (`CAD`), or None."""
        current = get_territory_currencies(self.territory) if self.territory else []
        return str(current[0]) if current else None

    def size(self, count: int) -> str:
        """2 MB; 2 Mo. `count` is in bytes; whole units of 1,024 are said in these, any other number in 1,000."""
        for power in (3, 2, 1):
            for base in (1024, 1000):
                if count and count % base**power == 0:
                    return self._size(Decimal(count // base**power), power)
        power = next((power for power in (3, 2, 1) if count >= 1000**power), 0)
        return self._size(round(Decimal(count) / 1000**power, 1).normalize(), power)

    def _size(self, number: Decimal, power: int) -> str:
        return self._words.say(f"format.{_SIZES[power]}", number=self.number(number))

    def join(self, items: Iterable[str]) -> str:
        """a, b and c; a, b et c."""
        return format_list(list(items), locale=self.locale)

    def join_or(self, items: Iterable[str]) -> str:
        """a, b or c; a, b ou c."""
        return format_list(list(items), style="or", locale=self.locale)

    def phone(self, value: str) -> str:
        """613-999-9900 ext. 123 with hyphens that do not break; a number from elsewhere stays as it is."""
        extension = _EXTENSION.search(value)
        number = value[: extension.start()] if extension else value
        if parts := _NORTH_AMERICAN.fullmatch(number.strip()):
            number = _NO_BREAK_HYPHEN.join(parts.groups())
        if extension is None:
            return number
        return self._words.say("format.phone_extension", number=number, extension=extension.group(1))


def _unbroken(written: str) -> str:
    return written.replace("\N{NARROW NO-BREAK SPACE}", _NO_BREAK_SPACE).replace(" ", _NO_BREAK_SPACE)
