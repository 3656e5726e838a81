"""Every type keeps and refuses what its cases say, writes back what it read, and has words for each refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from flowrunner.fields.base import Context
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.file import file_named
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.model.flow import Choice, Field
from flowrunner.rules.words import say_problem
from flowrunner.text.text import constant_text

FOLDER = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    written = (FOLDER / name).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 - it makes characters only
    return found


def choice_of(written: Any) -> Choice:
    given = {"value": written} if isinstance(written, str) else written
    label = constant_text({"en": f"The {given['value']} one", "fr": f"Celui {given['value']}"})
    return Choice(
        given["value"], label, retired=given.get("retired") == "true", exclusive=given.get("exclusive") == "true"
    )


def make_field(kind: str, case: Mapping[str, Any] | None = None, optional: bool = False) -> Field:
    """A field of a type as a case of the spec describes it."""
    case = case or {}
    field_type = FIELD_TYPES[kind]
    choices = tuple(choice_of(written) for written in case.get("choices", ()))
    options = field_type.options(case.get("options", {"code": "c"} if kind == "code" else {}))
    label = constant_text({"en": "Question", "fr": "Question"})
    return Field(
        "asked",
        kind,
        field_type.type(choices, options),
        label,
        optional=optional,
        normalize=tuple(case.get("normalize", ())),
        choices=choices,
        options=options,
    )


def context_of(field: Field, case: Mapping[str, Any] | None = None) -> Context:
    assert isinstance(field.choices, tuple)
    return Context(field.choices, (case or {}).get("territory"))


def kept() -> Iterator[Any]:
    for case in cases("types.yaml"):
        for sent, value in case["kept"].items():
            yield pytest.param(case, sent, value, id=f"{case['type']}-{sent!r}")


def refused() -> Iterator[Any]:
    for case in cases("types.yaml"):
        for code, several in case.get("refused", {}).items():
            for sent in several:
                yield pytest.param(case, sent, code, id=f"{case['type']}-{code}-{sent!r}")


class TestTypes:
    @pytest.mark.parametrize(("case", "sent", "value"), list(kept()))
    def test_keeps(self, case: dict[str, Any], sent: str, value: str) -> None:
        field = make_field(case["type"], case)
        field_type, context = FIELD_TYPES[field.kind], context_of(field, case)
        reading = field_type.parse(field, sent, context)
        assert reading.problems == ()
        assert str(reading.value) == value
        assert field_type.read(field, field_type.write(field, reading.value), context).value == reading.value

    @pytest.mark.parametrize(("case", "sent", "code"), list(refused()))
    def test_refuses(self, case: dict[str, Any], sent: str, code: str) -> None:
        field = make_field(case["type"], case)
        reading = FIELD_TYPES[field.kind].parse(field, sent, context_of(field, case))
        assert reading.value is None
        assert [problem.code for problem in reading.problems] == [code]
        assert reading.problems[0].field == "asked"
        for language in languages():
            assert "{" not in say_problem(words(language, "CA"), reading.problems[0], field.kind)

    def test_every_type_that_is_read_from_one_box_has_cases(self) -> None:
        elsewhere = {"choices", "address", "file", "password", "computed"}
        assert {case["type"] for case in cases("types.yaml")} | elsewhere == set(FIELD_TYPES.names)


ONE_INPUT = [
    "text",
    "long_text",
    "email",
    "phone",
    "integer",
    "decimal",
    "money",
    "yes_no",
    "choice",
    "confirm",
    "code",
]


class TestWhatNoTypeHolds:
    @pytest.mark.parametrize("kind", ONE_INPUT)
    def test_a_doubled_input(self, kind: str) -> None:
        field = make_field(kind)
        reading = FIELD_TYPES[kind].read(field, {"asked": ("1", "1")}, Context())
        assert [problem.code for problem in reading.problems] == ["doubled"]

    @pytest.mark.parametrize("kind", ["date", "address"])
    def test_a_doubled_part(self, kind: str) -> None:
        field, field_type = make_field(kind), FIELD_TYPES[kind]
        part = next(iter(field_type.parts))
        reading = field_type.read(field, {f"asked.{part}": ("1", "1")}, Context(territory="CA"))
        assert reading.problems[0].code == "doubled"
        assert reading.problems[0].input == f"asked.{part}"

    @pytest.mark.parametrize("kind", [*ONE_INPUT, "date", "choices", "address", "file"])
    def test_nothing_where_something_is_required(self, kind: str) -> None:
        reading = FIELD_TYPES[kind].read(make_field(kind), {}, Context())
        assert {problem.code for problem in reading.problems} == {"required"}
        for language in languages():
            said = [say_problem(words(language), problem, kind) for problem in reading.problems]
            assert len(set(said)) == len(said)

    @pytest.mark.parametrize("kind", [*ONE_INPUT, "date", "choices", "address", "file"])
    def test_nothing_is_fine_where_it_is_optional(self, kind: str) -> None:
        reading = FIELD_TYPES[kind].read(make_field(kind, optional=True), {}, Context(territory="CA"))
        assert reading.problems == ()
        assert reading.value is None

    @pytest.mark.parametrize("kind", ONE_INPUT)
    def test_what_is_too_long(self, kind: str) -> None:
        reading = FIELD_TYPES[kind].read(make_field(kind), {"asked": ("1" * 1_000_000,)}, Context())
        assert [problem.code for problem in reading.problems] == ["too_long"]
        assert "{" not in say_problem(words("fr"), reading.problems[0], kind)

    def test_the_caps_are_exact(self) -> None:
        for kind, cap in (("text", 1_000), ("long_text", 10_000)):
            field, field_type = make_field(kind), FIELD_TYPES[kind]
            assert field_type.read(field, {"asked": ("é" * cap,)}, Context()).value == "é" * cap
            assert field_type.read(field, {"asked": ("é" * (cap + 1),)}, Context()).problems[0].code == "too_long"

    @pytest.mark.parametrize("kind", ONE_INPUT)
    def test_half_a_character(self, kind: str) -> None:
        reading = FIELD_TYPES[kind].read(make_field(kind), {"asked": ("a\ud800",)}, Context())
        assert [problem.code for problem in reading.problems] == ["encoding"]


class TestChoices:
    field = make_field("choices", {"choices": ["a", "b", "c", {"value": "none", "exclusive": "true"}]})

    @pytest.mark.parametrize(
        ("sent", "value"), [(("b", "a"), ("a", "b")), (("a", "a"), ("a",)), (("none",), ("none",)), (("", "c"), ("c",))]
    )
    def test_keeps_them_in_the_order_of_the_list(self, sent: tuple[str, ...], value: tuple[str, ...]) -> None:
        field_type, context = FIELD_TYPES["choices"], context_of(self.field)
        reading = field_type.read(self.field, {"asked": sent}, context)
        assert reading.value == value
        assert field_type.read(self.field, field_type.write(self.field, value), context).value == value

    @pytest.mark.parametrize(("sent", "code"), [(("a", "x"), "not_a_choice"), (("a", "none"), "exclusive")])
    def test_refuses(self, sent: tuple[str, ...], code: str) -> None:
        reading = FIELD_TYPES["choices"].read(self.field, {"asked": sent}, context_of(self.field))
        assert [problem.code for problem in reading.problems] == [code]

    def test_a_scenario_writes_a_list_or_one(self) -> None:
        field_type, context = FIELD_TYPES["choices"], context_of(self.field)
        assert field_type.parse(self.field, ["c", "a"], context).value == ("a", "c")
        assert field_type.parse(self.field, "c", context).value == ("c",)


def addresses() -> Iterator[Any]:
    for number, case in enumerate(cases("addresses.yaml")):
        yield pytest.param(case, id=f"{number}-{next(iter(case['sent'].values()), 'nothing')!r}")


class TestAddress:
    field = make_field("address")
    context = Context(territory="CA")

    @pytest.mark.parametrize("case", list(addresses()))
    def test_judges(self, case: dict[str, Any]) -> None:
        field_type = FIELD_TYPES["address"]
        reading = field_type.parse(self.field, case["sent"], self.context)
        found = {str(problem.input).removeprefix("asked."): problem.code for problem in reading.problems}
        assert found == case.get("problems", {})
        assert reading.value == case.get("kept")
        for problem in reading.problems:
            assert say_problem(words("fr", "CA"), problem, "address")
        if reading.value is not None:
            again = field_type.read(self.field, field_type.write(self.field, reading.value), self.context)
            assert again.value == reading.value
        if "shown" in case:
            shown = field_type.show(self.field, reading.value, words("fr", "CA"), "fr")
            assert shown.replace("\N{NO-BREAK SPACE}", " ") == case["shown"]

    def test_an_optional_one_may_keep_the_country_that_the_list_began_with(self) -> None:
        field = make_field("address", optional=True)
        assert FIELD_TYPES["address"].read(field, {"asked.country": ("ca",)}, self.context).problems == ()

    def test_an_optional_one_that_was_begun_must_be_finished(self) -> None:
        field = make_field("address", optional=True)
        assert FIELD_TYPES["address"].read(field, {"asked.city": ("Ottawa",)}, self.context).problems

    def test_search_adds_its_inputs_and_the_box_works_without(self) -> None:
        field = make_field("address", {"options": {"search": "somewhere"}})
        assert FIELD_TYPES["address"].inputs(field)[:3] == ("asked.search", "asked.manual", "asked.street")
        sent = {"street": "1 A", "city": "Ottawa", "province": "ON", "postal_code": "K1A 0B1", "search": "1 A Ot"}
        assert isinstance(FIELD_TYPES["address"].parse(field, sent, self.context).value, Mapping)


class TestFile:
    field = make_field("file", {"options": {"kinds": ("pdf", "jpg"), "max_size": "2 MB"}})
    several = make_field("file", {"options": {"count": "2 to 3"}})

    @pytest.mark.parametrize("written", ["scan.pdf", "SCAN.PDF", "photo.jpeg", ["scan.pdf"], "scan.pdf (2 MB)"])
    def test_keeps(self, written: Any) -> None:
        value = FIELD_TYPES["file"].parse(self.field, written, Context()).value
        assert isinstance(value, tuple)
        assert len(value) == 1

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("run.exe", "file_kind"),
            ("no_suffix", "file_kind"),
            ("photo.png", "file_kind"),
            ("scan.pdf (3 MB)", "file_too_big"),
            (["a.pdf", "b.pdf"], "file_count"),
            ("", "required"),
        ],
    )
    def test_refuses(self, written: Any, code: str) -> None:
        reading = FIELD_TYPES["file"].parse(self.field, written, Context())
        assert [problem.code for problem in reading.problems] == [code]
        for language in languages():
            assert "{" not in say_problem(words(language, "CA"), reading.problems[0], "file")

    @pytest.mark.parametrize(
        ("names", "code"), [(["a.pdf"], "file_count"), (["a.pdf", "b.pdf"], None), (list("abcd"), "file_kind")]
    )
    def test_counts(self, names: list[str], code: str | None) -> None:
        reading = FIELD_TYPES["file"].parse(self.several, names, Context())
        assert [problem.code for problem in reading.problems] == ([code] if code else [])

    def test_reads_the_files_that_came_and_no_input(self) -> None:
        forged = FIELD_TYPES["file"].read(self.field, {"asked": ("scan.pdf",)}, Context())
        assert [problem.code for problem in forged.problems] == ["required"]
        file = file_named("scan.pdf")
        assert FIELD_TYPES["file"].read(self.field, {}, Context(files=(file, file))).value == (file,)

    def test_an_empty_file_is_refused(self) -> None:
        empty = file_named("scan.pdf").__class__("1", "scan.pdf", "pdf", 0, "d")
        reading = FIELD_TYPES["file"].read(self.field, {}, Context(files=(empty,)))
        assert [problem.code for problem in reading.problems] == ["file_empty"]

    def test_the_same_name_is_the_same_file_in_a_scenario(self) -> None:
        assert file_named("a.pdf") == file_named("a.pdf")
        assert file_named("a.pdf").digest != file_named("b.pdf").digest

    @pytest.mark.parametrize(
        "options",
        [
            {"kinds": ("pdf", "exe")},
            {"max_size": "2"},
            {"max_size": "0 MB"},
            {"max_size": "2 apples"},
            {"count": "0"},
            {"count": "3 to 2"},
            {"count": "many"},
            {"kinds": ("pdf",), "refuse": ("pdf",)},
        ],
    )
    def test_options_that_cannot_be_read_name_their_key(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"kinds|max_size|count|refuse") as raised:
            FIELD_TYPES["file"].options(options)
        assert raised.value.args[0] in options

    def test_shows_name_and_size(self) -> None:
        shown = FIELD_TYPES["file"].show(self.field, (file_named("a.pdf (2 MB)"),), words("fr", "CA"), "fr")
        assert shown == "a.pdf (2\N{NO-BREAK SPACE}Mo)"
