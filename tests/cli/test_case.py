"""`flowrunner case`, as an operator types it: in words, as data, and never more than was asked for."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.cli.main import CANNOT_RUN
from flowrunner.model.case import Case, Submission
from flowrunner.service.cases.cases import Cases, FormStamp
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from tests.cli.conftest import Run


@pytest.fixture
def case(flows: Path, tmp_path: Path) -> Case:
    """A submitted case in the deployment's own data."""
    data = tmp_path / "data"
    data.mkdir()
    with closing(Database(f"sqlite:///{data}/flowrunner.sqlite", open_keys(data))) as database:
        database.upgrade()
        context = ServiceContext(database, Catalogue([flows]))
        cases = Cases(context, Sources(database, {}, tmp_path), lambda case, step: step)
        sent = cases.act("small", "token", FormStamp("f"), Submission("one", inputs={"age": ("4207",)}, language="en"))
    assert sent is not None
    assert sent.case is not None
    return sent.case


class TestCase:
    def test_it_is_told_in_words(self, run: Run, case: Case) -> None:
        assert case.reference is not None
        told = run("case", case.reference)
        assert (told.code, told.err) == (0, "")
        assert told.out.startswith(f"Case {case.reference} of the flow small, version {case.version[:12]}")
        assert "The person pressed “Continue” at “One”. The case went on to “Two”." in told.out
        assert "Rule: small.yaml:15\n      - {when: age > 17, do: [submit], go: two}" in told.out
        assert "Held: as written, age > 17 [small.yaml:15]" in told.out
        assert "Answers that were read: Age" in told.out
        assert "The case ended at “Two” (outcome: done)." in told.out

    def test_it_is_told_in_french(self, run: Run, case: Case) -> None:
        told = run("case", case.id, "--lang", "fr")
        assert "La personne a appuyé sur «\xa0Continuer\xa0» à l’étape «\xa0One\xa0»." in told.out
        assert "Réponses lues\xa0: Age" in told.out

    def test_answers_are_shown_only_when_asked_for(self, run: Run, case: Case) -> None:
        for form in ("text", "json"):
            assert "4207" not in run("case", case.id, "--format", form).out.replace(",", "")
            assert "4207" in run("case", case.id, "--format", form, "--answers").out.replace(",", "")

    def test_as_data(self, run: Run, case: Case) -> None:
        told = json.loads(run("case", case.id, "--format", "json").out)
        assert (told["case"], told["reference"], told["outcome"]) == (case.id, case.reference, "done")
        moved = told["sentences"][1]
        assert (moved["kind"], moved["step"], moved["to"], moved["branch"], moved["role"]) == (
            "moved",
            "one",
            "two",
            0,
            "owner",
        )
        assert moved["notes"][0] == {
            "kind": "rule",
            "name": "",
            "words": "Rule: small.yaml:15",
            "depth": 0,
            "file": "small.yaml",
            "line": 15,
            "written": "- {when: age > 17, do: [submit], go: two}",
        }

    def test_a_case_that_is_not_there(self, run: Run, case: Case) -> None:
        told = run("case", "AAAAA-AAAAA")
        assert (told.code, told.out) == (CANNOT_RUN, "")
        assert told.err == "Error: There is no such case in data.\n"

    def test_no_data_is_made_by_looking(self, run: Run, tmp_path: Path) -> None:
        told = run("case", "x", "--data", "elsewhere")
        assert (told.code, told.err) == (
            CANNOT_RUN,
            "Error: There is no data in elsewhere. Say where it is with --data or --settings.\n",
        )
        assert not (tmp_path / "elsewhere").exists()
