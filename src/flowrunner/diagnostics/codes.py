"""The codes of what `compiler` finds: FR0 settings that fit no flow, FR1 syntax, FR2 shape, FR3 names and types.

A code never changes its meaning.

`lint` declares its own (FR4 and up) beside what looks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flowrunner.diagnostics.diagnostic import Check, Level

# --- FR0: the settings fit the flows ---
NO_SUCH_FLOW = Check("FR001", "settings_for_nothing")
NO_CONNECTOR = Check("FR002", "source_without_connector", Level.WARNING)
CANNOT_SERVE = Check("FR003", "connector_cannot_serve")

# --- FR1: the file can be read ---
SYNTAX = Check("FR101", "broken_yaml")
DUPLICATE_KEY = Check("FR102", "duplicate_key")
SHORTHAND = Check("FR103", "anchor_alias_merge_or_tag")
TOO_LARGE = Check("FR104", "file_too_large")
TOO_DEEP = Check("FR105", "nested_too_deeply")
ENCODING = Check("FR106", "unreadable_characters")
SLIP = Check("FR107", "usual_slip")
NOT_ONE_FLOW = Check("FR108", "not_one_flow")

# --- FR2: it has the shape of a flow ---
UNKNOWN_KEY = Check("FR201", "unknown_key")
MISSING_KEY = Check("FR202", "missing_key")
WRONG_KIND = Check("FR203", "wrong_kind_of_value")
NOT_ONE_OF = Check("FR204", "not_one_of_the_values")
INCLUDE = Check("FR205", "include_problem")
VERSION = Check("FR206", "other_language_version")
ONLY_ONE = Check("FR207", "keys_that_exclude_each_other")

# --- FR3: its names and types agree ---
UNKNOWN_NAME = Check("FR301", "unknown_name")
TYPES = Check("FR302", "types_do_not_agree")
READ_BEFORE_SET = Check("FR303", "read_before_set")
EXPRESSION = Check("FR304", "expression_not_allowed")
NAME_TAKEN = Check("FR305", "name_taken")
CANNOT_HOLD = Check("FR306", "value_not_possible")
CIRCLE = Check("FR307", "circle_of_names")

COMPILER_CHECKS: tuple[Check, ...] = (
    NO_SUCH_FLOW,
    NO_CONNECTOR,
    CANNOT_SERVE,
    SYNTAX,
    DUPLICATE_KEY,
    SHORTHAND,
    TOO_LARGE,
    TOO_DEEP,
    ENCODING,
    SLIP,
    NOT_ONE_FLOW,
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_KIND,
    NOT_ONE_OF,
    INCLUDE,
    VERSION,
    ONLY_ONE,
    UNKNOWN_NAME,
    TYPES,
    READ_BEFORE_SET,
    EXPRESSION,
    NAME_TAKEN,
    CANNOT_HOLD,
    CIRCLE,
)
BY_CODE: Mapping[str, Check] = MappingProxyType({check.code: check for check in COMPILER_CHECKS})
