"""A deployment is put together from its settings, and let go of again."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.catalogue import Catalogue
from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Case
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings

FLOW = """\
flowrunner: 1
flow: small
languages: [en]
title: Small
start: one
steps:
  one: {title: One, next: two}
  two: {kind: end, outcome: done, title: Two}
"""


def where(case: Case, step: str) -> str:
    return f"/{case.flow}/{step}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "small.yaml").write_text(FLOW)
    return Settings(folder=tmp_path, flows=(tmp_path / "flows",), data=tmp_path / "data")


class TestOpening:
    def test_it_holds_what_the_settings_name(self, settings: Settings) -> None:
        migrate(settings)
        deployment = open_services(settings, where)
        assert deployment.catalogue.names() == ("small",)
        assert deployment.cases.find("nobody", "small") is None
        deployment.close()

    def test_flows_that_were_compiled_already_are_taken(self, settings: Settings) -> None:
        migrate(settings)
        catalogue = Catalogue(settings.flows)
        deployment = open_services(settings, where, catalogue)
        assert deployment.catalogue is catalogue
        deployment.close()

    def test_a_folder_that_cannot_be_used_says_so(self, settings: Settings) -> None:
        settings.data.write_text("a file, not a folder")
        with pytest.raises(FlowrunnerError, match="Choose another folder"):
            migrate(settings)
