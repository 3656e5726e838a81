"""Spaces and apostrophes as a language sets them: rules by language, in one table.

Code, holes, addresses and the signs of Markdown are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_SPACES = f"[ {NO_BREAK}\N{NARROW NO-BREAK SPACE}]"
Rule: TypeAlias = tuple[re.Pattern[str], str]

# Stands for a piece that is not touched; a hole is a word to what stands around it, anything else is not.
_HOLE, _OTHER = "\ue000", "\ue001"
_KEPT = re.compile(
    r"(?P<hole>\{\{.*?\}\})"
    r"|(?P<fence>^(?P<mark>```|~~~).*?^(?P=mark)[^\n]*$)"
    r"|(?P<line>^(?: {4}|\t)[^\n]*$|^ {0,3}\[[^\]\n]+\]:[^\n]*$)"
    r"|(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<target>\]\([^)\n]*\))"
    r"|(?P<tag><[^>\n ][^>\n]*>)"
    r"|(?P<address>(?:https?://|mailto:|www\.)[^\s)\]>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.MULTILINE | re.DOTALL,
)

_WORD_END = rf"(?<=[\w)\]»”’*%$…{_HOLE}{_OTHER}])"
_NUMBER_END = rf"(?<=[0-9{_HOLE}])"
_UNITS = "h|min|s|km|m|cm|mm|m²|m³|kg|g|l|ml|ko|Ko|Mo|Go|°C|°"

_COLON: Rule = (re.compile(rf"{_WORD_END}[ ]*:(?=\s|$)", re.MULTILINE), f"{NO_BREAK}:")
_BEFORE_MARKS: Rule = (re.compile(rf"{_WORD_END}[ ]+(?=[;!?](?!\[))"), NO_BREAK)
_NO_SPACE_BEFORE_MARKS: Rule = (re.compile(rf"{_WORD_END}{_SPACES}+(?=[;!?](?!\[))"), "")
_FRENCH: tuple[Rule, ...] = (
    (re.compile(r"«[ ]*(?=\S)"), f"«{NO_BREAK}"),
    (re.compile(rf"(?<=[^\s{NO_BREAK}])[ ]*»"), f"{NO_BREAK}»"),
    _COLON,
    (re.compile(rf"{_NUMBER_END}[ ]*(?=[%$€])"), NO_BREAK),
    (re.compile(rf"{_NUMBER_END}[ ]+(?=(?:{_UNITS})(?![\w’'-]))"), NO_BREAK),
    (re.compile(rf"(?<=[^\W\d_])'(?=[\w«{_HOLE}])"), "’"),
)

TABLE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "fr": (*_FRENCH, _NO_SPACE_BEFORE_MARKS),  # as Canada sets it, which is the usual French of flowrunner
    "fr-FR": (*_FRENCH, _BEFORE_MARKS),
}
"""Language, or language and territory → its rules, in their order."""


def rules_of(language: str, territory: str = "") -> tuple[Rule, ...]:
    """The rules of a language as a territory sets it; none for a language that the table does not have."""
    return TABLE.get(f"{language}-{territory}", TABLE.get(language.partition("-")[0], ()))


def set_words(text: str, rules: tuple[Rule, ...]) -> str:
    """The text with its words set by the rules."""
    if not rules or any(mark in text for mark in (_HOLE, _OTHER)):
        return text
    originals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        originals.append(match.group())
        return _HOLE if match["hole"] else _OTHER

    words = _KEPT.sub(keep, text)
    for wrong, right in rules:
        words = wrong.sub(right, words)
    pieces = iter(originals)
    return re.sub(f"[{_HOLE}{_OTHER}]", lambda _: next(pieces), words)
