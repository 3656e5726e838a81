"""Dates by their boxes, passwords outside the core, what is shown, and what a type says of itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flowrunner.fields.base import Context, FieldType
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.one_input import NORMALIZERS
from flowrunner.fields.password import clear_secret
from flowrunner.fields.places import countries, provinces
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.model.flow import Field, RuleUse
from flowrunner.model.record import replace
from flowrunner.rules.pattern import compile_pattern
from flowrunner.text.text import constant_text
from tests.fields.test_types import make_field


class TestDate:
    @pytest.mark.parametrize(
        ("sent", "code", "part"),
        [
            (("31", "", "2026"), "required", "month"),
            (("", "", "2026"), "required", "day"),
            (("1", "2", ""), "required", "year"),
            (("x", "2", "2026"), "not_a_date", "day"),
            (("1", "2", "26"), "not_a_date", "year"),
            (("1", "2\0", "2026"), "characters", "month"),
            (("31", "2", "2026"), "not_a_date", None),
            (("1", "2", "٢٠٢٦"), "not_a_date", "year"),
        ],
    )
    def test_names_the_box_that_is_wrong(self, sent: tuple[str, str, str], code: str, part: str | None) -> None:
        inputs = {f"asked.{name}": (value,) for name, value in zip(("day", "month", "year"), sent, strict=True)}
        (problem,) = FIELD_TYPES["date"].read(make_field("date"), inputs, Context()).problems
        assert problem.code == code
        assert problem.input == (f"asked.{part}" if part else None)

    def test_writes_three_boxes(self) -> None:
        written = FIELD_TYPES["date"].write(make_field("date"), date(2026, 3, 2))
        assert written == {"asked.day": ("02",), "asked.month": ("03",), "asked.year": ("2026",)}


class TestPassword:
    field = replace(
        make_field("password"),
        rules=(
            RuleUse("min_length", 12),
            RuleUse("max_length", 128),
            RuleUse("pattern", compile_pattern(".*[a-z].*")),
            RuleUse("same_as", "other"),
        ),
    )

    @pytest.mark.parametrize(
        ("value", "broken"),
        [
            ("four words in the rain", ()),
            ("", ("required",)),
            ("short", ("min_length", "same_as")),
            ("X" * 129, ("max_length", "pattern", "same_as")),
            ("a" * 1_001, ("too_long",)),
            ("a\ud800bcdefghijkl", ("encoding",)),
            ("a\0bcdefghijklm", ("characters",)),
        ],
    )
    def test_is_judged_outside_the_core(self, value: str, broken: tuple[str, ...]) -> None:
        found = FIELD_TYPES["password"].judge_secret(self.field, value, {"other": "four words in the rain"})
        assert found == broken

    def test_is_read_written_and_shown_nowhere(self) -> None:
        kind = FIELD_TYPES["password"]
        reading = kind.read(self.field, {"asked": ("four words in the rain",)}, Context())
        assert (reading.value, reading.problems) == (None, ())
        assert kind.write(self.field, "four words in the rain") == {}
        assert kind.show(self.field, "four words in the rain", words("en"), "en") == ""

    def test_is_judged_in_composed_form_and_keeps_its_spaces(self) -> None:
        assert clear_secret((" e\u0301te ",)) == " éte "
        with pytest.raises(ValueError, match="doubled"):
            clear_secret(("a", "a"))


class TestShow:
    @pytest.mark.parametrize(
        ("kind", "value", "english", "french"),
        [
            ("text", "Tremblay", "Tremblay", "Tremblay"),
            ("phone", "+16135550142;ext=12", "613-555-0142 ext. 12", "613-555-0142 poste 12"),
            ("phone", "+33612345678", "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
            ("decimal", Decimal("1234.5"), "1,234.5", "1 234,5"),
            ("money", Decimal("1234.50"), "$1,234.50", "1 234,50 $"),
            ("date", date(2016, 7, 1), "July 1, 2016", "1er juillet 2016"),
            ("yes_no", True, "Yes", "Oui"),
            ("confirm", True, "Yes", "Oui"),
            ("choice", "red", "The red one", "Celui red"),
            ("choice", "gone", "gone", "gone"),
            ("choices", ("red", "green"), "The red one\nThe green one", "Celui red\nCelui green"),
            ("text", None, "", ""),
            ("phone", None, "", ""),
            ("date", None, "", ""),
            ("choices", None, "", ""),
            ("address", None, "", ""),
            ("file", None, "", ""),
        ],
    )
    def test_in_the_words_of_the_language(self, kind: str, value: Any, english: str, french: str) -> None:
        field = make_field(kind, {"choices": ["red", "green"]})
        for language, expected in (("en", english), ("fr", french)):
            shown = FIELD_TYPES[kind].show(field, value, words(language, "CA"), language)
            shown = shown.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-")
            assert shown == expected

    def test_the_unit_stands_after_the_number(self) -> None:
        field = replace(make_field("integer"), unit=constant_text({"en": "days", "fr": "jours"}))
        shown = FIELD_TYPES["integer"].show(field, Decimal(1200), words("fr", "CA"), "fr")
        assert shown == "1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}jours"


class TestPlaces:
    def test_countries_are_in_the_order_of_their_names(self) -> None:
        names = list(countries("fr").values())
        assert names.index("Égypte") < names.index("France")
        assert countries("en")["ca"] == "Canada"
        assert {"zz", "eu", "un"}.isdisjoint(countries("en"))

    @pytest.mark.parametrize("language", languages())
    def test_every_province_has_a_name(self, language: str) -> None:
        assert len(set(provinces("ca", language).values())) == 13
        assert provinces("fr", language) == {}


class TestWhatATypeSays:
    @pytest.mark.parametrize("kind", FIELD_TYPES.values(), ids=lambda kind: kind.name)
    def test_its_keys_are_schemas(self, kind: FieldType) -> None:
        for schema in kind.keys.values():
            Draft202012Validator.check_schema(schema)
            assert schema["description"]
        assert kind.required_keys <= set(kind.keys)

    def test_names_its_inputs(self) -> None:
        assert FIELD_TYPES["date"].inputs(make_field("date")) == ("asked.day", "asked.month", "asked.year")
        assert FIELD_TYPES["email"].inputs(make_field("email")) == ("asked",)
        assert FIELD_TYPES["computed"].inputs(make_field("computed")) == ()

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("confirm", {"version": " "}),
            ("confirm", {"version": ("a",)}),
            ("code", {}),
            ("address", {"search": ("a",)}),
        ],
    )
    def test_refuses_options_by_the_name_of_their_key(self, kind: str, options: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"version|code|search"):
            FIELD_TYPES[kind].options(options)

    def test_a_field_with_closed_choices_has_their_type(self) -> None:
        assert make_field("choice", {"choices": ["a", "b"]}).type.values == ("a", "b")
        item = make_field("choices", {"choices": ["a"]}).type.item
        assert item is not None
        assert item.values == ("a",)
        assert make_field("choice").type.kind == "text"

    def test_normalizing_twice_is_normalizing_once(self) -> None:
        for normalize in NORMALIZERS.values():
            once = normalize("  ǅ a\t b-1 ß ")
            assert normalize(once) == once

    def test_a_computed_field_reads_nothing(self) -> None:
        field: Field = make_field("computed")
        assert FIELD_TYPES["computed"].read(field, {"asked": ("forged",)}, Context()).value is None
