"""A case comes back from its bytes exactly as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrunner.model.case import Case, Fact, FileRef, Place, Visit
from flowrunner.model.record import replace
from flowrunner.store.sealing.codec import UnknownCodec, decode, decode_values, encode, encode_values

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
texts = st.text(st.characters(), max_size=20) | st.sampled_from(["\x00", "\ud83d", "\u2028", "é" * 50])
moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(minutes=345, seconds=7))])
)
files = st.builds(FileRef, texts, texts, texts, st.integers(0, 2**40), texts)
plain = (
    texts
    | st.none()
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | moments
    | files
)
values: Any = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)
answers = st.dictionaries(names, values, max_size=4)
places = st.builds(Place, names, st.none() | texts)
facts = st.builds(
    Fact, names, st.lists(values, max_size=2).map(tuple), answers, moments, st.sampled_from(["answered", "late"])
)
visits = st.builds(
    Visit,
    number=st.integers(0, 99),
    place=places,
    since=moments,
    answers=answers,
    aside=answers,
    pressed=st.none() | names,
    on=st.none() | st.dates(),
    branch=st.none() | st.integers(0, 9),
    facts=st.dictionaries(names, facts, max_size=2),
    side=st.booleans(),
)
cases = st.builds(
    Case,
    id=names,
    flow=names,
    version=names,
    language=names,
    began=moments,
    path=st.lists(visits, min_size=1, max_size=3).map(tuple),
    trail=st.lists(visits, max_size=2).map(tuple),
    aside=st.dictionaries(places, visits, max_size=2),
    facts=st.lists(facts, max_size=2).map(tuple),
    moments=st.dictionaries(names, moments, max_size=2),
    proved=st.frozensets(texts, max_size=3),
    ended=st.none() | moments,
)


def exactly(value: object) -> str:
    """Types too: `repr` tells True from 1 and 1.0 from 1.00. The order of a mapping or set does not count."""
    if isinstance(value, dict):
        return repr(sorted((repr(key), exactly(item)) for key, item in value.items()))
    if isinstance(value, tuple):
        return "(" + ",".join(exactly(item) for item in value) + ")"
    if isinstance(value, datetime):
        return value.isoformat()
    return repr(value)


GOLDEN = Path(__file__).with_name("golden")


class TestCodec:
    @settings(max_examples=60, deadline=None)
    @given(cases)
    def test_a_case_comes_back(self, case: Case) -> None:
        assert decode(encode(case)) == case

    @settings(max_examples=100, deadline=None)
    @given(answers)
    def test_values_keep_their_types(self, given: dict[str, Any]) -> None:
        assert exactly(decode_values(encode_values(given))) == exactly(given)

    def test_everything_that_a_case_can_hold_comes_back(self, case: Case) -> None:
        assert decode(encode(case)) == case

    def test_a_place_keeps_its_item(self, case: Case) -> None:
        read = decode(encode(case))
        assert read.path[-1].place == Place("more", "item-1")
        assert list(read.aside) == [Place("other", "item-2")]

    def test_a_case_of_a_later_version_is_refused(self, case: Case) -> None:
        later = encode(case).replace(b'"codec":1', b'"codec":2')
        with pytest.raises(UnknownCodec):
            decode(later)

    @pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
    def test_a_case_as_it_was_once_stored_is_read(self, path: Path) -> None:
        stored = path.read_bytes()
        read = decode(stored)
        assert json.loads(encode(read)) == json.loads(stored)
        assert read.path[-1].answers["sum"] == Decimal("12.50")
        assert read.path[-1].answers["born"] == date(1980, 2, 29)
        assert read.trail[0].facts["register"].values["seen"] == read.began

    def test_what_equals_its_default_takes_no_room(self, case: Case) -> None:
        small = replace(case, path=(Visit(1, Place("first"), case.began),), trail=(), aside={}, facts=(), codes={})
        assert b"trail" not in encode(small)

    def test_a_date_is_no_moment(self) -> None:
        read = decode_values(
            encode_values({"on": date(2026, 1, 1), "at": datetime(2026, 1, 1, tzinfo=UTC), "n": Decimal("1.0")})
        )
        assert type(read["on"]) is date
        assert type(read["at"]) is datetime
        assert str(read["n"]) == "1.0"
