"""What is said, in which language, and how dates, numbers, money and lists are written in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from flowrunner.i18n.translations import (
    MissingWord,
    Sentences,
    UnknownLanguage,
    language_of_environment,
    languages,
    locales_folder,
)
from flowrunner.i18n.words import Words, words

NB = "\N{NO-BREAK SPACE}"
HYPHEN = "\N{NON-BREAKING HYPHEN}"
EN = words("en", "CA").format
FR = words("fr", "CA").format


def speaking(told: str) -> Words:
    """Words with a sentence `told` besides those of English."""
    own = Catalog(locale="en")
    own.add("told", told)
    with NamedTemporaryFile(suffix=".mo") as file:
        write_mo(file, own)
        file.flush()
        paths = [Path(file.name), *sorted((locales_folder() / "en" / "LC_MESSAGES").glob("*.mo"))]
        said = Words(Sentences("en", paths), "CA")
        assert "told" in said
    return said


class TestWords:
    def test_says_a_sentence_in_its_language(self) -> None:
        assert words("en").say("page.continue") == "Continue"
        assert words("fr").say("page.continue") == "Continuer"

    def test_a_language_without_a_catalogue_is_refused(self) -> None:
        with pytest.raises(UnknownLanguage) as refused:
            words("tlh")
        assert "en, fr" in str(refused.value)

    def test_a_word_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(MissingWord):
            words("en").say("page.no_such_word")

    def test_a_hole_that_nothing_fills_is_refused(self) -> None:
        with pytest.raises(MissingWord):
            words("en").say("page.change_of")

    def test_braces_of_the_flow_language_stay(self) -> None:
        say = speaking(told="{{ name }} and {{name}} and { } and {value}")
        assert say.say("told", value="x") == "{{ name }} and {{name}} and { } and x"

    def test_a_value_is_never_read_as_a_sentence(self) -> None:
        assert speaking(told="{one}{two}").say("told", one="{two}", two="{one.__class__}") == "{two}{one.__class__}"

    def test_only_names_are_holes(self) -> None:
        odd = "{value.__class__} {0} {value!r} {Value} {}"
        assert speaking(told=odd).say("told", value="x") == odd

    @pytest.mark.parametrize(("n", "told"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors")])
    def test_plural_forms_of_english(self, n: int, told: str) -> None:
        assert words("en").say_n("report.errors", n) == told

    @pytest.mark.parametrize(("n", "told"), [(0, "0 erreur"), (1, "1 erreur"), (2, "2 erreurs")])
    def test_plural_forms_of_french(self, n: int, told: str) -> None:
        assert words("fr").say_n("report.errors", n) == told

    def test_a_hole_may_say_how_its_value_is_written(self) -> None:
        say = speaking(told="{a:size} {b:money} {c:plain} {d:or} {e:phone}")
        told = say.say("told", a=2_000_000, b=Decimal(3), c=1305, d=("x", "y"), e="+16139999900")
        assert told == f"2{NB}MB $3.00 1305 x or y 613{HYPHEN}999{HYPHEN}9900"

    def test_a_kind_of_hole_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(MissingWord):
            speaking(told="{a:colour}").say("told", a=1)


class TestLanguageOfEnvironment:
    @pytest.mark.parametrize(
        ("environment", "language"),
        [
            ({}, "en"),
            ({"LANG": "fr_CA.UTF-8"}, "fr"),
            ({"LANG": "C.UTF-8"}, "en"),
            ({"LANG": "de_DE.UTF-8"}, "en"),
            ({"LANG": "fr_CA.UTF-8", "LC_ALL": "en_CA.UTF-8"}, "en"),
            ({"LANG": "en_CA", "LC_MESSAGES": "fr_CA@euro", "LC_ALL": ""}, "fr"),
        ],
    )
    def test_the_first_that_is_set_decides(self, environment: dict[str, str], language: str) -> None:
        assert language_of_environment(environment) == language

    def test_it_is_always_a_language_that_is_there(self) -> None:
        assert language_of_environment() in languages()


class TestFormatter:
    @pytest.mark.parametrize(
        ("day", "english", "french"),
        [
            (dt.date(2016, 7, 31), f"July{NB}31, 2016", f"31{NB}juillet 2016"),
            (dt.date(2026, 5, 1), f"May{NB}1, 2026", f"1er{NB}mai 2026"),
            (dt.date(2026, 8, 2), f"August{NB}2, 2026", f"2{NB}août 2026"),
            (dt.date(987, 12, 11), f"December{NB}11, 0987", f"11{NB}décembre 0987"),
        ],
    )
    def test_dates(self, day: dt.date, english: str, french: str) -> None:
        assert EN.date(day) == english
        assert FR.date(day) == french

    @pytest.mark.parametrize(
        ("hour", "minute", "english", "french"),
        [
            (16, 30, f"4:30{NB}pm", f"16{NB}h{NB}30"),
            (9, 0, f"9{NB}am", f"9{NB}h"),
            (0, 5, f"12:05{NB}am", f"0{NB}h{NB}05"),
            (12, 0, f"12{NB}pm", f"12{NB}h"),
        ],
    )
    def test_times(self, hour: int, minute: int, english: str, french: str) -> None:
        assert EN.time(dt.time(hour, minute)) == english
        assert FR.time(dt.time(hour, minute)) == french

    def test_moments_show_the_clock_that_they_carry(self) -> None:
        moment = dt.datetime(2026, 3, 2, 14, 0, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
        assert EN.moment(moment) == f"March{NB}2, 2026 at 2{NB}pm"
        assert FR.value(moment) == f"2{NB}mars 2026 à 14{NB}h"

    def test_numbers(self) -> None:
        assert EN.number(Decimal("1234567.125")) == "1,234,567.125"
        assert FR.number(Decimal("1234567.125")) == f"1{NB}234{NB}567,125"
        assert FR.number(-3) == "-3"

    def test_a_number_keeps_all_its_digits(self) -> None:
        assert EN.number(Decimal("0.1234567890123456789012345678")) == "0.1234567890123456789012345678"

    def test_money_of_the_territory(self) -> None:
        assert EN.money(Decimal("1234.5")) == "$1,234.50"
        assert FR.money(Decimal("1234.5")) == f"1{NB}234,50{NB}$"
        assert words("fr").format.money(Decimal("1234.5")) == f"1{NB}234,50"

    @pytest.mark.parametrize(
        ("count", "english", "french"),
        [
            (0, f"0{NB}bytes", f"0{NB}octets"),
            (500, f"500{NB}bytes", f"500{NB}octets"),
            (2 * 1024 * 1024, f"2{NB}MB", f"2{NB}Mo"),
            (2_000_000, f"2{NB}MB", f"2{NB}Mo"),
            (1_250_000, f"1,250{NB}KB", f"1{NB}250{NB}ko"),
            (1_234_567, f"1.2{NB}MB", f"1,2{NB}Mo"),
            (3 * 1024**3, f"3{NB}GB", f"3{NB}Go"),
        ],
    )
    def test_sizes(self, count: int, english: str, french: str) -> None:
        assert EN.size(count) == english
        assert FR.size(count) == french

    def test_lists(self) -> None:
        assert EN.join(("a", "b", "c")) == "a, b and c"
        assert FR.join(("a", "b", "c")) == "a, b et c"
        assert FR.join_or(["a", "b"]) == "a ou b"
        assert EN.join(()) == ""

    @pytest.mark.parametrize(
        "typed", ["6139999900", "613-999-9900", "(613) 999-9900", "+16139999900", "1 613 999 9900"]
    )
    def test_phone_numbers_of_here(self, typed: str) -> None:
        assert EN.phone(typed) == f"613{HYPHEN}999{HYPHEN}9900"

    def test_extensions(self) -> None:
        number = f"613{HYPHEN}999{HYPHEN}9900"
        assert EN.phone("+16139999900;ext=123") == f"{number} ext.{NB}123"
        assert FR.phone("613-999-9900 ext. 123") == f"{number} poste{NB}123"

    def test_a_number_from_elsewhere_stays_as_it_is(self) -> None:
        assert EN.phone("+33 1 23 45 67 89") == "+33 1 23 45 67 89"

    @pytest.mark.parametrize(
        ("value", "told"),
        [(None, ""), ("x", "x"), (True, "Oui"), (False, "Non"), (3, "3"), ((1, "a", True), "1, a et Oui")],
    )
    def test_any_value_of_an_answer(self, value: object, told: str) -> None:
        assert FR.value(value) == told

    def test_a_territory_that_cldr_lacks_is_the_language_alone(self) -> None:
        assert words("fr", "JP").format.date(dt.date(2026, 5, 1)) == f"1er{NB}mai 2026"
