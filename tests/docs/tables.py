"""The tables of the reference, made from the schemas and the registries. `make reference` writes them.

A page has `<!-- table: NAME -->` and `<!-- end -->` around each; what stands between is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flowrunner.compiler.bind.texts import NO_TEXT
from flowrunner.compiler.schema.files import SCHEMAS
from flowrunner.diagnostics.codes import COMPILER_CHECKS
from flowrunner.diagnostics.diagnostic import Check
from flowrunner.diagnostics.explain import help_page
from flowrunner.effects.base import Leaving
from flowrunner.effects.built_in import EFFECTS
from flowrunner.fields.base import FieldType
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.file_kinds import KINDS
from flowrunner.fields.one_input import NORMALIZERS
from flowrunner.lint.checks.built_in import CHECKS
from flowrunner.model.codes import ALPHABETS
from flowrunner.model.duration import EXACT, UNITS
from flowrunner.model.expression.filters import FILTERS, TESTS, WORDS
from flowrunner.model.flow import Choice
from flowrunner.model.types import DATE, FILE, MOMENT, NUMBER, TEXT, UNKNOWN, YES_NO, Type, choice_of, list_of
from flowrunner.rules.built_in import RULES
from flowrunner.scenarios.scenario import NOT_PLAYED, UNMET, UNREADABLE
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.step_kinds.built_in import STEP_KINDS
from tests.docs.examples import pages
from tests.docs.keys import tabled
from tests.entries import entries

MARKED = re.compile(r"(<!-- table: ([^>]+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
Rows = Iterable[Iterable[str]]


def _table(head: Iterable[str], rows: Rows) -> str:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _code(word: str) -> str:
    return f"`{word}`"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


# --- Keys of the schemas ---


def _keys(where: str) -> str:
    schema = tabled()[where]
    required = set(schema.get("required", ()))
    rows = (
        (_code(key), value.get("description", ""), _kind(value), "yes" if key in required else "")
        for key, value in schema["properties"].items()
    )
    return _table(("key", "what it says", "written as", "required"), rows)


def _kind(schema: Mapping[str, Any]) -> str:
    """What is written behind a key, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].replace("_", " ")
    if "enum" in schema:
        allowed = dict.fromkeys(str(value).lower() for value in schema["enum"])
        return " or ".join(map(_code, allowed)) if len(allowed) < 7 else "one of a list"
    if "const" in schema:
        return _code(str(schema["const"]))
    kinds = set(schema["type"]) if isinstance(schema["type"], list) else {schema["type"]}
    words = [word for kind, word in (("array", "list"), ("object", "mapping")) if kind in kinds]
    return " or ".join((["word"] if "string" in kinds else []) + words)


def _steps() -> str:
    schema = SCHEMAS["flow"]()["$defs"]
    kinds = STEP_KINDS.names
    described = {key: schema[f"{kind}_step"]["properties"][key] for kind in kinds for key in STEP_KINDS[kind].keys}
    described["kind"] = schema["step"]["properties"]["kind"]

    def has(kind: str, key: str) -> str:
        return "required" if key in STEP_KINDS[kind].required else "yes" if key in STEP_KINDS[kind].keys else ""

    rows = ([_code(key), what["description"], *(has(kind, key) for kind in kinds)] for key, what in described.items())
    return _table(["key", "what it says", *map(_code, kinds)], rows)


def _blocks() -> str:
    """Which block may stand where."""
    schema = SCHEMAS["flow"]()["$defs"]
    places = {"a step": "block", "`home`, `profile` and their like": "place_block", "`submitted`": "submitted_block"}
    known = {place: schema[name]["properties"] for place, name in places.items()}
    names = dict.fromkeys(name for keys in known.values() for name in keys)
    said = {name: next(keys[name] for keys in known.values() if name in keys)["description"] for name in names}
    rows = (
        [f"[`{name}`](#{name})", said[name], *("yes" if name in keys else "" for keys in known.values())]
        for name in names
    )
    return _table(["key", "what it is", *places], rows)


# --- The registries -----------------------------------------------------------------------

_KINDS: Mapping[str, Type] = {
    "text": TEXT,
    "number": NUMBER,
    "date": DATE,
    "moment": MOMENT,
    "yes or no": YES_NO,
    "choice": choice_of(("a",)),
    "list": list_of(choice_of(("a",))),
    "files": list_of(FILE),
}


def _fields() -> str:
    rows = (
        (f"[`{kind.name}`](#{kind.name})", _answer(kind), _own(kind), _token(kind)) for kind in FIELD_TYPES.values()
    )
    return _table(("type", "its answer is", "keys of its own", "autocomplete"), rows)


def _answer(kind: FieldType) -> str:
    given = kind.type((Choice("a", NO_TEXT),) if kind.has_choices else (), {})
    said = "the expression’s" if given == UNKNOWN else str(given).replace("_", " or ")
    return "none" if kind.secret else said


def _own(kind: FieldType) -> str:
    return _codes((*kind.keys, *(("choices", "only") if kind.has_choices else ())))


def _token(kind: FieldType) -> str:
    return _code(kind.autocomplete) if kind.autocomplete else ""


def _rules() -> str:
    rows = (
        (
            f"[`{rule.name}`](#{rule.name})",
            _TAKES[rule.takes],
            ", ".join(word for word, kind in _KINDS.items() if rule.fits(kind)),
        )
        for rule in RULES.values()
    )
    return _table(("rule", "takes", "fits answers that are"), rows)


_TAKES = {
    "pattern": "a pattern",
    "count": "a whole number, or an expression",
    "value": "a value of the field’s type, or an expression",
    "field": "another field",
    "values": "a list of values",
    "guard": "an expression that is true or false",
}


def _effects() -> str:
    rows = (
        (
            f"[`{effect.name}`](#{effect.name})",
            {"nothing": "", "steps": _codes(effect.required)}.get(effect.takes, f"a {effect.takes}"),
            "yes" if effect.checkpoint else "",
            "yes" if effect.on_enter else "",
            "yes" if isinstance(effect, Leaving) else "",
        )
        for effect in EFFECTS.values()
    )
    return _table(("effect", "takes", "checkpoint", "under `enter`", "leaves by the outbox"), rows)


def _filters() -> str:
    rows = ((_code(name), ", ".join(entry.takes), _given(entry)) for name, entry in FILTERS.items())
    return _table(("filter", "takes", "gives"), rows)


def _given(entry: Any) -> str:
    given = {str(entry.gives(_KINDS.get(kind, TEXT))) for kind in entry.takes}
    return "what it takes" if len(given) > 1 else given.pop()


def _words() -> str:
    return _table(("filter", "takes"), ((_code(name), ", ".join(kinds)) for name, kinds in WORDS.items()))


def _durations() -> str:
    rows = (
        (_code(f"2 {unit}s"), "to the second" if unit in EXACT else "on the calendar, to the end of the day")
        for unit in UNITS
    )
    return _table(("written", "counted"), rows)


def _checks(codes: Iterable[Check]) -> str:
    title = {
        check.code: help_page(check.code, "en").partition("\n")[0].removeprefix(f"# {check.code} ") for check in codes
    }
    rows = (
        (f"[{check.code}](../../locales/en/checks/{check.code}.md)", title[check.code], check.level.value)
        for check in codes
    )
    return _table(("code", "what it finds", "level"), rows)


def every_check() -> tuple[Check, ...]:
    return (*COMPILER_CHECKS, *(part.check for part in CHECKS.values()), UNREADABLE, UNMET, NOT_PLAYED)


def problem_codes() -> dict[str, str]:
    """The codes of problems with their general words in English."""
    found = {}
    for ident, forms in entries("en").items():
        noun, _, code = ident.partition(".")
        if noun == "problem" and "." not in code:
            found[code] = forms[-1]
    return dict(sorted(found.items()))


TABLES: Mapping[str, Callable[[], str]] = {
    "steps": _steps,
    "blocks": _blocks,
    "field types": _fields,
    "rules": _rules,
    "effects": _effects,
    "filters": _filters,
    "tests": lambda: _table(
        ("test", "holds when"),
        ((_code(f"is {name}"), "there is an answer: not nothing, no empty list") for name in TESTS),
    ),
    "words filters": _words,
    "durations": _durations,
    "checks": lambda: _checks(every_check()),
    "problems": lambda: _table(
        ("code", "words, where a field or rule has none of its own"),
        ((_code(c), w) for c, w in problem_codes().items()),
    ),
    "file kinds": lambda: _table(
        ("kind", "media type", "suffixes"), ((_code(n), k.media, ", ".join(k.suffixes)) for n, k in KINDS.items())
    ),
    "normalizers": lambda: _table(("word", "what it does"), ((_code(name), _NORMAL[name]) for name in NORMALIZERS)),
    "alphabets": lambda: _table(
        ("alphabet", "characters"), ((_code(name), _code(letters)) for name, letters in ALPHABETS.items())
    ),
    "connectors": lambda: _table(
        ("connector", "keys"), ((f"[`{c.name}`](#{c.name})", _codes(c.keys)) for c in CONNECTORS.values())
    ),
    **{f"keys {where}": (lambda where=where: _keys(where)) for where in tabled()},  # type: ignore[misc]
}

_NORMAL: Mapping[str, str] = {
    "trim": "white space at both ends goes, as it does anyway",
    "upper": "capital letters",
    "lower": "small letters",
    "squeeze": "several spaces become one",
    "digits": "all but the digits goes",
}


def written(text: str) -> str:
    """A page with its tables as they are now. Raises KeyError for a table that nothing makes."""
    return MARKED.sub(lambda part: f"{part[1]}{TABLES[part[2]]()}{part[4]}", text)


def main() -> None:
    for page in pages():
        page.write_text(written(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
