"""Random expressions as an author could write them, and random environments that keep to the types of the names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from flowrunner.model.expression.closures import switch_key
from flowrunner.model.expression.expression import Scope, compile_conditions
from flowrunner.model.types import CODE, DATE, MOMENT, NUMBER, TEXT, YES_NO, choice_of, list_of, record_of
from flowrunner.span import NOWHERE

ZONE = ZoneInfo("America/Toronto")
COLOURS = ("red", "green", "blue")
COLOUR = choice_of(COLOURS, "colours")
NAMES = {
    "colour": COLOUR,
    "other_colour": COLOUR,
    "colours": list_of(COLOUR),
    "text": TEXT,
    "other_text": TEXT,
    "agreed": YES_NO,
    "number": NUMBER,
    "size": NUMBER,
    "born": DATE,
    "today": DATE,
    "begun": MOMENT,
    "facts": record_of({"colour": COLOUR, "email": TEXT, "count": NUMBER, "known": YES_NO, "since": DATE}),
    "code": record_of({"entry": CODE}),
}
CONDITIONS = compile_conditions(
    {
        "is_red": ("colour == 'red'", NOWHERE),
        "red_or_large": ("is_red or facts.count > 10", NOWHERE),
        "policy": ("true", NOWHERE),
    },
    NAMES,
    ZONE,
)
SCOPE = Scope(NAMES, CONDITIONS.compiled, ZONE)

colours = st.sampled_from(COLOURS)
texts = st.sampled_from(["", "a", "A b", "é"])
numbers = st.decimals(-1000, 1000, places=2)
dates = st.dates(date(1990, 1, 1), date(2090, 12, 31))
moments = dates.map(lambda day: datetime(day.year, day.month, day.day, 4, 30, tzinfo=UTC))


def _mostly(values: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Records in which one value in four is nothing: None, or not there."""
    usual = {name: st.one_of(value, value, value, st.none()) for name, value in values.items()}
    records = st.fixed_dictionaries(usual)
    return records | records.map(lambda record: {name: value for name, value in record.items() if value is not None})


facts = _mostly({"colour": colours, "email": texts, "count": numbers, "known": st.booleans(), "since": dates})
envs = _mostly(
    {
        "colour": colours,
        "other_colour": colours,
        "colours": st.lists(colours, unique=True).map(tuple),
        "text": texts,
        "other_text": texts,
        "agreed": st.booleans(),
        "number": numbers,
        "size": st.integers(-3, 3).map(Decimal),
        "born": dates,
        "today": dates,
        "begun": moments,
        "facts": facts,
        "code": _mostly({"entry": _mostly({"value": texts, "expires": moments})}),
    }
)
switches = st.sampled_from([{}, {switch_key("policy"): True}, {switch_key("policy"): False}])
several_envs = st.lists(st.builds(lambda env, switch: env | switch, envs, switches), min_size=4, max_size=4)


def _either(base: st.SearchStrategy[str], guards: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return base | st.builds("({} if {} else {})".format, base, guards, base)


bare = st.sampled_from(["agreed", "facts.known", "is_red", "red_or_large", "policy", "true", "false"])


def sources() -> st.SearchStrategy[str]:
    """Guards (yes or no) of some depth, each beside a bare name, which a tree alone would rarely be."""
    trees = st.recursive(_plain_guards(), _guards, max_leaves=6)
    return trees | st.builds("{} {} ({})".format, bare, st.sampled_from(["and", "or", "=="]), trees)


def _plain_guards() -> st.SearchStrategy[str]:
    return bare | _compared(st.sampled_from(["true", "agreed"]))


def _guards(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.builds("not {}".format, inner.map("({})".format))
        | st.builds("({}) and ({})".format, inner, inner)
        | st.builds("({}) or ({}) or ({})".format, inner, inner, inner)
        | st.builds("({}) and ({}) and ({}) and ({})".format, inner, inner, inner, inner)
        | st.builds("({}) == ({})".format, inner, inner)
        | _compared(inner.map("({})".format))
    )


def _compared(guards: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    equal, ordered = st.sampled_from(["==", "!="]), st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    member = st.sampled_from(["in", "not in"])
    literal = colours.map("'{}'".format)
    one_colour = _either(st.sampled_from(["colour", "other_colour", "facts.colour"]), guards)
    any_colour = one_colour | literal
    lists = st.just("colours") | st.lists(any_colour, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    words = _either(
        st.sampled_from(
            ["text", "other_text", "facts.email", "code.entry", "code.entry.value", "(text | upper)", "'a'"]
        ),
        guards,
    )
    days = _either(
        st.sampled_from(
            ["born", "today", "facts.since", "(begun | day)", "(born | plus('2 months'))", "(today | minus('30 days'))"]
        ),
        guards,
    )
    times = st.sampled_from(
        ["begun", "code.entry.expires", "(begun | plus('30 days'))", "(begun | minus('90 minutes'))"]
    )
    return (
        st.builds("{} {} {}".format, one_colour, equal, any_colour)
        | st.builds("{} {} {}".format, literal, equal, one_colour)
        | st.builds("{} {} {}".format, one_colour, member, lists)
        | st.builds("{} {} {}".format, words, equal, words)
        | st.builds("{} {} {}".format, days, ordered, days | dates.map("'{}'".format))
        | st.builds("{} {} {}".format, times, ordered, times)
        | st.builds("{} {} {}".format, amounts(guards), ordered, amounts(guards))
        | st.builds("{} is {}".format, st.sampled_from(list(NAMES)), st.sampled_from(["answered", "not answered"]))
        | st.builds("({} | length) > {}".format, lists | words, st.integers(0, 3))
    )


def amounts(guards: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Numbers of some depth."""
    base = st.sampled_from(["number", "size", "facts.count", "0", "2.50", "(today - born)", "(colours | length)"])
    return st.recursive(
        base,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "//"]), inner)
            | st.builds("(-{})".format, inner)
            | st.builds("({} | {})".format, inner, st.sampled_from(["round", "round(1)", "floor", "ceil"]))
            | _either(inner, guards)
        ),
        max_leaves=4,
    )
