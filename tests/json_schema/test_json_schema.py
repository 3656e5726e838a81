from __future__ import annotations

from jsonschema import Draft202012Validator

from flowrunner.json_schema import array_of, exactly_one, mapping, name, not_both, or_scalar, scalar


class TestPieces:
    def test_a_mapping_has_its_keys_and_no_others(self) -> None:
        judge = Draft202012Validator(mapping({"of": name(), "title": scalar()}, ["of"]))
        assert judge.is_valid({"of": "cases"})
        assert not judge.is_valid({"title": "T"})
        assert not judge.is_valid({"of": "cases", "more": "x"})

    def test_a_value_is_what_an_editor_resolves_too(self) -> None:
        assert Draft202012Validator(scalar()).is_valid(2026)
        assert Draft202012Validator(scalar()).is_valid(False)
        assert not Draft202012Validator(scalar()).is_valid([])

    def test_one_value_may_stand_in_the_place_of_a_list(self) -> None:
        judge = Draft202012Validator(or_scalar(array_of(name(), least=1)))
        assert judge.is_valid("name")
        assert judge.is_valid(["name"])
        assert not judge.is_valid([])

    def test_keys_that_exclude_each_other(self) -> None:
        one = Draft202012Validator({"oneOf": exactly_one(["page", "flow"])})
        assert [one.is_valid(value) for value in ({"page": 1}, {}, {"page": 1, "flow": 1})] == [True, False, False]
        assert not Draft202012Validator(not_both("page", "flow")).is_valid({"page": 1, "flow": 1})
