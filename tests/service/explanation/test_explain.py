"""Opening a case to explain it: by any name that it has, and by the rules that it began with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.model.case import Submission
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.context import ServiceContext
from flowrunner.service.explanation.explain import explain_case
from flowrunner.service.explanation.wording import explanation_text
from flowrunner.service.sources.sources import Sources
from flowrunner.store import versions
from flowrunner.store.database import Database
from tests.service.conftest import GOOD, NOW, Clock, send

SMALL = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
fields:
  age: {type: integer, label: Age}
steps:
  one:
    title: One
    fields: [age]
    next:
      - {when: age > 17, do: [submit], go: two}
      - {go: left}
  two: {kind: end, outcome: done, title: Two}
  left: {kind: end, outcome: left, title: Left}
"""


def stored(database: Database) -> Callable[[str, str], str | None]:
    def find(flow: str, version: str) -> str | None:
        with database.reading() as transaction:
            return versions.find(transaction, flow, version)

    return find


class TestExplainCase:
    def test_what_was_sent_is_told(self, service: Cases) -> None:
        send(service, "welcome", "first")
        case = send(service, "access_request", "second", GOOD).case
        assert case is not None
        found = explain_case(service._context, case.id)
        assert found is not None
        assert [(one.kind, one.step) for one in found.sentences] == [
            ("began", "welcome"),
            ("moved", "welcome"),
            ("moved", "access_request"),
            ("waits", "invitation"),
        ]
        told = explanation_text(found, "en")[2]
        assert any(note.kind == "fact" and note.words.startswith("Fact: membership answered on") for note in told.notes)

    @pytest.mark.parametrize("named", ["", "nothing", "AAAAA-AAAAA", "'; --", "\x00", "\ud800", "é" * 5000])
    def test_a_name_that_no_case_has(self, catalogue: Catalogue, database: Database, named: str) -> None:
        assert explain_case(ServiceContext(database, catalogue, lambda: NOW), named) is None

    def test_it_is_explained_by_the_version_that_it_began_with(self, database: Database, tmp_path: Path) -> None:
        flows = tmp_path / "flows"
        flows.mkdir()
        (flows / "small.yaml").write_text(SMALL)
        catalogue = Catalogue([flows], stored(database))
        cases = Cases(
            ServiceContext(database, catalogue, Clock()), Sources(database, {}, tmp_path), lambda case, step: step
        )
        sent = cases.act("small", "token", FormStamp("f"), Submission("one", inputs={"age": ("30",)}, language="en"))
        assert isinstance(sent, SubmissionResult)
        assert sent.case is not None
        (flows / "small.yaml").write_text(
            SMALL.replace("fields:\n  age", "# Older now.\nfields:\n  age").replace("17", "64")
        )
        later = Catalogue([flows], stored(database))
        assert sent.case.reference is not None
        for named in (sent.case.reference, f" {sent.case.reference.lower()} ", sent.case.id):
            found = explain_case(ServiceContext(database, later, lambda: NOW), named)
            assert found is not None
            rule = found.sentences[1]
            assert (rule.span.line, found.line(rule.span)) == (13, "- {when: age > 17, do: [submit], go: two}")
            assert [note.words for note in explanation_text(found, "en")[1].notes][:2] == [
                "Rule: small.yaml:13",
                "Held: as written, age > 17 [small.yaml:13]",
            ]

    def test_the_flow_is_told_when_its_file_is_gone(self, database: Database, tmp_path: Path) -> None:
        flows = tmp_path / "flows"
        flows.mkdir()
        (flows / "small.yaml").write_text(SMALL)
        catalogue = Catalogue([flows], stored(database))
        cases = Cases(
            ServiceContext(database, catalogue, Clock()), Sources(database, {}, tmp_path), lambda case, step: step
        )
        sent = cases.act("small", "token", FormStamp("f"), Submission("one", inputs={"age": ("30",)}, language="en"))
        assert sent is not None
        assert sent.case is not None
        (flows / "small.yaml").unlink()
        context = ServiceContext(database, Catalogue([flows], stored(database)), lambda: NOW)
        found = explain_case(context, sent.case.id)
        assert found is not None
        assert found.sentences[-1].kind == "ended"
