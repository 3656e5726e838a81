"""Registers in CSV files, our accounts and fakes keep the contract of a source."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import words
from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS, NUMBER, TEXT, YES_NO, choice_of, list_of
from flowrunner.sources.accounts import AccountsLookup
from flowrunner.sources.base import Connector, Lookup, SourceFailed
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.sources.fake import FakeLookup

STATUS = choice_of(["good", "bad", "unknown"])
MEMBERS = Source(
    "members", {"body": "body", "number": "number"}, {"status": STATUS, "since": NUMBER, "full": YES_NO, "note": TEXT}
)
ROWS = """\
body,number,status,since,full,note,case
a,R1,good,2010,true,,fine
a,R2, bad ,2011,no,élève,"a, quoted"

b,R1,unknown,,,,empty cells
"""
PARTIES = Source("parties", {"number": "number"}, {"matches": NUMBER, "organisation": TEXT, "list": TEXT})
PARTY_ROWS = "number,organisation\nP1,Alpha\nP2,Beta\nP2,Gamma\nP3,\n"
PARTY_SETTINGS = {
    "file": "parties.csv",
    "gives": {"matches": {"count": "rows"}, "organisation": {"only": "organisation"}, "list": {"value": "parties"}},
}


def write(folder: Path, name: str, rows: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(rows.encode() if isinstance(rows, str) else rows)
    return path


def open_members(folder: Path, rows: str | bytes = ROWS, **settings: Any) -> Lookup:
    write(folder, "members.csv", rows)
    return CONNECTORS["csv"].open(MEMBERS, {"file": "members.csv", **settings}, folder)


class TestCsv:
    def test_finds_a_row_and_types_it(self, tmp_path: Path) -> None:
        lookup = open_members(tmp_path)
        found = lookup.find({"body": "a", "number": "R2"})
        assert found == {"status": "bad", "since": Decimal(2011), "full": False, "note": "élève"}
        assert lookup.find({"body": "b", "number": "R1"}) == {
            "status": "unknown",
            "since": None,
            "full": None,
            "note": None,
        }

    def test_finds_nothing(self, tmp_path: Path) -> None:
        lookup = open_members(tmp_path, none={"status": "unknown"})
        nothing = {"status": "unknown", "since": None, "full": None, "note": None}
        assert lookup.find({"body": "a", "number": "R9"}) == nothing
        assert lookup.find({"body": "a", "number": "r1"}) == nothing
        assert lookup.find({"body": "a", "number": None}) == nothing

    def test_reads_other_columns_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        rows = "\ufeffBody,No,Standing\r\na,R1,good\r\n"
        source = Source("members", {"body": "body", "number": "number"}, {"status": STATUS})
        write(tmp_path, "members.csv", rows)
        settings = {
            "file": "members.csv",
            "match": {"body": "Body", "number": "No"},
            "gives": {"status": "Standing"},
        }
        lookup = CONNECTORS["csv"].open(source, settings, tmp_path)
        assert lookup.find({"body": "a", "number": "R1"}) == {"status": "good"}

    def test_counts_and_gives_what_only_one_row_says(self, tmp_path: Path) -> None:
        write(tmp_path, "parties.csv", PARTY_ROWS)
        lookup = CONNECTORS["csv"].open(PARTIES, PARTY_SETTINGS, tmp_path)
        found = [lookup.find({"number": f"P{number}"}) for number in (1, 2, 3, 4)]
        assert [one["matches"] for one in found] == [1, 2, 1, 0]
        assert [one["organisation"] for one in found] == ["Alpha", None, None, None]
        assert [one["list"] for one in found] == ["parties", "parties", "parties", None]

    def test_reads_the_file_again_when_it_changed(self, tmp_path: Path) -> None:
        lookup = open_members(tmp_path)
        path = write(tmp_path, "members.csv", ROWS.replace("a,R1,good", "a,R1,bad"))
        os.utime(path, ns=(1, 1))
        assert lookup.find({"body": "a", "number": "R1"})["status"] == "bad"

    def test_a_file_that_broke_or_went_fails_and_heals(self, tmp_path: Path) -> None:
        lookup = open_members(tmp_path)
        assert lookup.check_config() is None
        (tmp_path / "members.csv").unlink()
        with pytest.raises(SourceFailed, match="no such file"):
            lookup.find({"body": "a", "number": "R1"})
        assert "no such file" in str(lookup.check_config())
        write(tmp_path, "members.csv", ROWS)
        assert lookup.find({"body": "a", "number": "R1"})["status"] == "good"

    @pytest.mark.parametrize(
        ("rows", "where", "what"),
        [
            (ROWS.replace(" bad ", "secret"), "members.csv:3", "“status” lies"),
            (ROWS.replace("2011", "secret"), "members.csv:3", "“since” lies"),
            (ROWS.replace("status", "standing"), "members.csv:1", "no column “status”"),
            (ROWS.replace("since", "status"), "members.csv:1", "same name"),
            (ROWS.replace("since", ""), "members.csv:1", "name every column"),
            ("", "members.csv:1", "name every column"),
            (ROWS + "a,R7,good\n", "members.csv:6", "has 3 cells"),
            (ROWS + "a,R1,bad,2010,true,,secret\n", "members.csv:6", "same key as line 2"),
            (ROWS.encode("utf-16"), "members.csv", "UTF-8"),
            (ROWS + '"a', "members.csv:6", "not CSV"),
        ],
    )
    def test_a_file_that_lies_is_told_by_line_and_not_repeated(
        self, tmp_path: Path, rows: str | bytes, where: str, what: str
    ) -> None:
        with pytest.raises(SourceFailed, match=what) as raised:
            open_members(tmp_path, rows)
        assert raised.value.where == where
        assert "secret" not in str(raised.value)

    @pytest.mark.parametrize(
        "settings",
        [
            {"match": {"town": "town"}},
            {"gives": {"colour": "status"}},
            {"gives": {"status": {"count": "rows"}}},
            {"gives": {"since": {"count": "cells"}}},
            {"gives": {"status": {"only": "status", "count": "rows"}}},
            {"gives": {"status": {"value": "blue"}}},
            {"gives": {"note": {"addresses": ["city"]}}},
            {"gives": {"status": {"column": "status", "values": {"G": "blue"}}}},
            {"gives": {"status": {"column": "status", "values": {"G": "good"}, "otherwise": "blue"}}},
            {"gives": {"status": {"value": "good", "values": {"G": "good"}}}},
            {"none": {"status": "blue"}},
            {"none": {"colour": "red"}},
        ],
    )
    def test_settings_that_cannot_serve_the_contract_are_refused(
        self, tmp_path: Path, settings: Mapping[str, Any]
    ) -> None:
        with pytest.raises(FlowrunnerError, match=r".+") as raised:
            open_members(tmp_path, **settings)
        assert not isinstance(raised.value, SourceFailed)

    def test_turns_the_words_of_the_register_into_those_of_the_contract(self, tmp_path: Path) -> None:
        status = {"column": "status", "values": {"good": "bad"}, "otherwise": "unknown"}
        lookup = open_members(tmp_path, gives={"status": status})
        assert lookup.find({"body": "a", "number": "R1"})["status"] == "bad"
        assert lookup.find({"body": "a", "number": "R2"})["status"] == "unknown"
        with pytest.raises(SourceFailed, match="“status” lies"):
            open_members(tmp_path, gives={"status": {"column": "status", "values": {"good": "bad"}}})

    def test_what_is_wrong_is_told_in_either_language(self, tmp_path: Path) -> None:
        with pytest.raises(SourceFailed) as raised:
            open_members(tmp_path, ROWS.replace(" bad ", "secret"))
        told = raised.value.text(words("fr")).replace("\N{NO-BREAK SPACE}", "~")
        assert (
            told
            == "members.csv:3: «~status~» est faux; on attendait ceci~: l’une de ces valeurs~: good, bad ou unknown."
        )

    def test_searches_while_somebody_types(self, tmp_path: Path) -> None:
        rows = "street,city,province,postal_code,country\n12 rue Montée,Gatineau,QC,J8X 1A1,ca\n9 Main,Ottawa,ON,,ca\n"
        write(tmp_path, "addresses.csv", rows)
        source = Source("search", {"typed": "typed"}, {"suggestions": list_of(ADDRESS)})
        settings = {
            "file": "addresses.csv",
            "search": {"typed": ["street", "city", "postal_code"]},
            "gives": {"suggestions": {"addresses": ["street", "city", "province", "postal_code", "country"]}},
        }
        lookup = CONNECTORS["csv"].open(source, settings, tmp_path)

        def streets(typed: str) -> list[str]:
            found = lookup.find({"typed": typed})["suggestions"]
            assert isinstance(found, tuple)
            return [str(address["street"]) for address in found if isinstance(address, Mapping)]

        assert streets("montee gat") == ["12 rue Montée"]
        assert streets("OTTAWA") == ["9 Main"]
        assert streets("12 ottawa") == []
        assert streets("9") == []


class Reader:
    """Knows one account, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Value]] = []

    def find_account(self, criteria: Mapping[str, Value]) -> Mapping[str, Any] | None:
        self.asked.append(criteria)
        if criteria == {"email": "known@example.org"}:
            return {"role": "client", "status": "active", "phone": "+16135550142"}
        return None


class TestAccounts:
    source = Source(
        "account",
        {"address": "email"},
        {"role": choice_of(["nobody", "client"]), "state": choice_of(["none", "active"]), "phone": TEXT},
    )
    settings: Mapping[str, Any] = {"match": {"address": "email"}, "gives": {"state": "status"}}

    def open(self, **more: Any) -> AccountsLookup:
        lookup = CONNECTORS["accounts"].open(self.source, {**self.settings, **more}, Path())
        assert isinstance(lookup, AccountsLookup)
        return lookup

    def test_asks_the_reader_that_the_service_hands_in(self) -> None:
        reader = Reader()
        lookup = self.open().reading(reader)
        found = lookup.find({"address": "known@example.org"})
        assert found == {"role": "client", "state": "active", "phone": "+16135550142"}
        assert lookup.find({"address": "new@example.org"}) == {"role": "nobody", "state": "none", "phone": None}
        assert reader.asked == [{"email": "known@example.org"}, {"email": "new@example.org"}]

    def test_says_what_the_settings_say_of_nobody(self) -> None:
        lookup = self.open(none={"role": "client"}).reading(Reader())
        assert lookup.find({"address": "new@example.org"})["role"] == "client"

    def test_does_not_ask_with_nothing(self) -> None:
        reader = Reader()
        assert self.open().reading(reader).find({"address": None})["role"] == "nobody"
        assert reader.asked == []

    def test_fails_without_a_reader_and_on_an_account_that_the_contract_does_not_know(self) -> None:
        with pytest.raises(SourceFailed):
            self.open().find({"address": "known@example.org"})
        with pytest.raises(SourceFailed, match="“role”"):
            self.open(gives={"role": "status"}).reading(Reader()).find({"address": "known@example.org"})

    def test_settings_name_only_what_the_flow_knows(self) -> None:
        with pytest.raises(FlowrunnerError, match="“colour”"):
            self.open(none={"colour": "red"})


class TestFake:
    def test_answers_what_it_was_told(self) -> None:
        settings = {
            "answers": [
                {"given": {"number": "R1"}, "gives": {"status": "good", "since": "2010"}},
                {"given": {"number": "R2"}, "gives": "late"},
            ],
            "otherwise": "fails",
        }
        lookup = CONNECTORS["fake"].open(MEMBERS, settings, Path())
        found = lookup.find({"body": "a", "number": "R1"})
        assert found == {"status": "good", "since": Decimal(2010), "full": None, "note": None}
        with pytest.raises(SourceFailed) as late:
            lookup.find({"body": "a", "number": "R2"})
        assert late.value.late
        with pytest.raises(SourceFailed) as failed:
            lookup.find({"body": "a", "number": "R3"})
        assert not failed.value.late

    def test_without_answers_knows_nothing(self) -> None:
        assert set(FakeLookup(MEMBERS).find({}).values()) == {None}

    @pytest.mark.parametrize("told", [{"colour": "red"}, {"status": "blue"}, "perhaps"])
    def test_cannot_be_told_what_the_contract_does_not_hold(self, told: Any) -> None:
        with pytest.raises(FlowrunnerError, match="members"):
            FakeLookup(MEMBERS, otherwise=told)


class TestConnectors:
    @pytest.mark.parametrize("connector", CONNECTORS.values(), ids=lambda connector: connector.name)
    def test_its_keys_are_schemas(self, connector: Connector) -> None:
        for schema in connector.keys.values():
            Draft202012Validator.check_schema(schema)
            assert schema["description"]
        assert connector.required_keys <= set(connector.keys)
