"""A postal address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowrunner.fields.base import SCALAR, Context, FieldType, PartInput, Reading
from flowrunner.fields.one_input import as_characters, problem, read_text
from flowrunner.fields.places import countries, province_of, provinces
from flowrunner.fields.postal import RULES, PostalRules
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import ADDRESS, Type

_LONGEST = {"street": 200, "unit": 30, "city": 100, "province": 100, "postal_code": 20, "country": 20}
_ALWAYS = ("street", "city", "country")
_DEFAULTED = frozenset({"country"})
_WIDE_GAP = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"


class Address(FieldType):
    """An input for each part. The country is an ISO 3166 alpha-2 code, kept in lower case (`ca`); one that was not sent
    is the flow's territory. Where the country's rules are known (`postal.RULES`) province and postal code are required,
    judged against each other and kept as the post prints them (`ON`, `K1A 0B1`); elsewhere they are free and optional.

    With `search` the page has two inputs more, `<field>.search` and `<field>.manual`, for the source that suggests
    addresses. Only the parts are ever the answer, so a page without scripts works as it is.
    """

    name = "address"
    widget = "address"
    parts: ClassVar[Mapping[str, str | None]] = {
        "street": "street-address",
        "unit": "address-line2",
        "city": "address-level2",
        "province": "address-level1",
        "postal_code": "postal-code",
        "country": "country",
    }
    names: ClassVar[Mapping[str, str]] = {"search": "source"}
    says_at_parts = drawn_as_group = drawn_anew = True
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "search": {**SCALAR, "description": "The source in which addresses are searched."}
    }

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        return ADDRESS

    def options(self, keys: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        if "search" not in keys:
            return {}
        if not isinstance(keys["search"], str):
            raise ValueError("search")
        return {"search": keys["search"]}

    def inputs(self, field: Field) -> tuple[str, ...]:
        parts = super().inputs(field)
        return (f"{field.name}.search", f"{field.name}.manual", *parts) if field.options.get("search") else parts

    def part(self, field: Field, part: str, inputs: Inputs, territory: str | None, language: str) -> PartInput:
        """All countries, the flow's territory chosen at first; the provinces of a country whose rules are known,
        whichever name of one was typed."""
        country = (_first(inputs, f"{field.name}.country") or territory or "").lower()
        width = {"unit": 10, "postal_code": 10}.get(part, 0)
        optional = part == "unit" or (part in ("province", "postal_code") and country not in RULES)
        if part == "country":
            return PartInput(width, optional, countries(language), country)
        if part == "province" and country in RULES:
            chosen = province_of(country, _first(inputs, f"{field.name}.province")) or ""
            return PartInput(width, optional, provinces(country, language), chosen)
        return PartInput(width, optional)

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        parts: dict[str, str] = {}
        problems: list[Problem] = []
        for part in self.parts:
            characters = read_text(field, inputs, part, longest=_LONGEST[part])
            if isinstance(characters, Problem):
                problems.append(characters)
            elif characters:
                parts[part] = characters
        if problems:
            return Reading(problems=tuple(problems))
        if field.optional and not parts.keys() - _DEFAULTED:
            return Reading()
        parts["country"] = parts.get("country", context.territory or "").lower()
        return _judged(field, parts)

    def write(self, field: Field, value: Value) -> Inputs:
        if not isinstance(value, Mapping):
            return {}
        return {f"{field.name}.{part}": (str(value[part]),) for part in self.parts if value.get(part)}

    def spell(self, field: Field, characters: Any) -> Inputs:
        parts = characters if isinstance(characters, Mapping) else {"street": characters}
        return {f"{field.name}.{part}": (as_characters(value),) for part, value in parts.items()}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        return "\n".join(address_lines(value, words)) if isinstance(value, Mapping) else ""


def address_lines(value: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """The lines of an address as Canada's style guides write it: no punctuation, the unit and a hyphen before the civic
    number, two spaces before the postal code; the country only when it is not that of the words."""
    street, unit = value.get("street") or "", value.get("unit") or ""
    if unit:
        street = f"{unit}-{street}" if street[:1].isdigit() and len(unit.split()) == 1 else f"{street} {unit}"
    place = " ".join(part for part in (value.get("city"), value.get("province")) if part)
    place = _WIDE_GAP.join(part for part in (place, value.get("postal_code")) if part)
    country = value.get("country") or ""
    if country == (words.territory or "").lower():
        country = ""
    country = countries(words.language).get(country, country.upper())
    return tuple(line for line in (street, place, country) if line)


def _first(inputs: Inputs, name: str) -> str:
    return next(iter(inputs.get(name, ())), "")


def _judged(field: Field, parts: dict[str, str]) -> Reading:
    problems = [problem(field, "required", part) for part in _ALWAYS if not parts.get(part)]
    country = parts["country"]
    if country and country not in countries("en"):
        problems.append(problem(field, "not_a_choice", "country"))
    if country in RULES:
        problems.extend(_make_regular(field, parts, RULES[country]))
    order = list(Address.parts)
    problems.sort(key=lambda one: order.index(str(one.values["kind"])))
    if problems:
        return Reading(problems=tuple(problems))
    return Reading({part: parts[part] for part in order if part in parts})


def _make_regular(field: Field, parts: dict[str, str], rules: PostalRules) -> list[Problem]:
    """Set province and postal code to their regular forms, or tell what is wrong with them."""
    problems = [problem(field, "required", part) for part in ("province", "postal_code") if part not in parts]
    if problems:
        return problems
    province = province_of(parts["country"], parts["province"])
    postal_code = rules.regular(parts["postal_code"])
    if province is None:
        problems.append(problem(field, "not_a_province", "province"))
    if postal_code is None:
        problems.append(problem(field, "not_a_postal_code", "postal_code"))
    if province is None or postal_code is None:
        return problems
    if not rules.belongs(postal_code, province):
        return [problem(field, "postal_code_elsewhere", "postal_code")]
    parts["province"], parts["postal_code"] = province, postal_code
    return []
