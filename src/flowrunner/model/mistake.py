"""What is wrong with something short that an author wrote: an expression, a duration, a text with holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mistake:
    """A plain value; the compiler makes a diagnostic of it.

    `code` is one of CODES, `values` are what the message needs: digits, the name of a type, or what the author (or the
    language) calls something, never a phrase, so that they fit in any language. `offset` and `length` say
    which characters of the source it is about (0, 0 when it is about all of it), `nearest` is the known name that was
    probably meant.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    offset: int = 0
    length: int = 0
    nearest: str | None = None


CODES: Mapping[str, str] = {
    "bad_arguments": "What stands in the brackets of the filter `name` is not what it takes (`wanted`).",
    "bad_string": "A backslash may stand only before a quote or another backslash.",
    "chained": "`a < b < c` compares twice: write `a < b and b < c`.",
    "circle": "The condition leads back to itself (`way`).",
    "different_types": "`left` and `right` are of different types and never compare.",
    "empty": "There is no expression.",
    "never_a_list": "What stands to the right of `in` is `found`, not a list.",
    "no_such_key": "`record` has no `name` (it has `known`).",
    "not_a_date": "`found` is not a date such as 2026-03-31.",
    "not_a_duration": "`found` is not a duration such as 30 days.",
    "not_a_number": "`found` is not written as digits with at most one point.",
    "not_a_yes_no": "A guard is yes or no; this is `found`.",
    "not_allowed": "`what` is not part of the language.",
    "not_comparable": "A whole `found` cannot be compared: use `in`, `is answered` or `| length`.",
    "not_ordered": "Values of the type `found` have no order.",
    "no_keys": "`found` has nothing after a point.",
    "needs_brackets": "`what` to the right of an operator: put brackets around what it is about.",
    "syntax": "`what` cannot stand here (… when something is missing at the end).",
    "too_deep": "It is nested deeper than `most`.",
    "too_long": "It has more than `most` characters, words and signs, or parts with its conditions.",
    "too_long_duration": "`found` is longer than `most` years.",
    "too_many_digits": "A number has at most `most` digits.",
    "unknown_filter": "There is no filter `name`.",
    "unknown_name": "Nothing is called `name`.",
    "unknown_test": "There is no test `name`.",
    "unknown_unit": "There is no unit of time `name`.",
    "unknown_value": "`name` is not one of the values (`known`).",
    "words_only": "The filter `name` makes words: it may stand only last, in a text.",
    "wrong_type": "This is `found` where `wanted` is needed.",
    "whole_days": "A date takes days, weeks, months or years, not `found`.",
}
"""Every code, with what it means and the names of its values between backquotes."""
