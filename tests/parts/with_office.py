"""What the parts of another package do, where that package is installed: `test_parts` runs this so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flowrunner.catalogue import Catalogue, check_file
from flowrunner.cli.main import main
from flowrunner.compiler.schema.files import schema_files
from flowrunner.diagnostics.explain import help_page
from flowrunner.diagnostics.report import as_text
from flowrunner.model.case import Case, Place, Visit, Work
from flowrunner.model.diagram import as_dot
from flowrunner.model.flow import Flow
from flowrunner.runtime.program import Program
from flowrunner.scenarios.player import play
from flowrunner.scenarios.read import read_scenario
from flowrunner.service.cases.account_effects import Performance, perform
from flowrunner.service.deployment import open_services
from flowrunner.settings import Settings
from flowrunner.store import accounts
from flowrunner.store.accounts import AccountRow
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from flowrunner.web.addresses import where
from flowrunner.web.page.template_cache import LOADER
from flowrunner.web.server.deployment import application
from tests.web.reading import check_house_rules

HERE = Path(__file__).parent
FILE = HERE / "flows" / "lend.yaml"
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def flow() -> Flow:
    made = check_file(FILE)
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return made.flow


class TestAuthoring:
    def test_the_flow_compiles_and_the_check_finds_its_title(self, flow: Flow) -> None:
        found = check_file(FILE)
        report = as_text(found.diagnostics, found.texts, "fr")
        assert [one.code for one in found.diagnostics] == ["FR901"]
        assert "Le titre de l’étape ask est écrit en majuscules." in report
        assert "majuscules" in help_page("fr901", "fr")
        assert "shape=octagon" in as_dot(flow, "en")

    @pytest.mark.parametrize(
        "key", ["file_number_field", "refusal_step", "block_quote", '"multiple_of"', '"drop_roles"', '"on_day"']
    )
    def test_editors_know_each_part(self, key: str) -> None:
        assert key in schema_files()["flow.schema.json"]

    def test_the_schema_takes_the_source_and_refuses_what_the_block_does_not_know(self) -> None:
        assert '"room"' in schema_files()["settings.schema.json"]
        judge = Draft202012Validator(
            {"$ref": "#/$defs/block", "$defs": json.loads(schema_files()["flow.schema.json"])["$defs"]}
        )
        assert judge.is_valid({"quote": {"text": "T", "of": "O"}})
        assert not judge.is_valid({"quote": {"text": "T"}})

    @pytest.mark.parametrize(("language", "said"), [("en", "6 steps"), ("fr", "6 étapes")])
    def test_the_command_speaks_each_language(
        self, language: str, said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["count", str(FILE), "--lang", language]) == 0
        assert capsys.readouterr().out.strip().replace("\N{NO-BREAK SPACE}", " ") == said


class TestRunning:
    def test_a_scenario_plays(self, flow: Flow) -> None:
        """The field, the rule, the effects, the block, the step and the timer do what they are for."""
        path = HERE / "scenario.yaml"
        scenario, findings = read_scenario(path)
        texts = {str(path): path.read_text(encoding="utf-8")}
        assert scenario is not None, as_text(findings, texts, "en")
        run = play(Program(flow, "v1"), scenario)
        assert not run.findings, as_text(run.findings, texts, "en")

    def test_the_effect_changes_our_records(self, tmp_path: Path) -> None:
        case = Case("c1", "lend", "v1", "en", NOW, (Visit(1, Place("keep"), NOW),), owner="a1")
        database = Database(f"sqlite:///{tmp_path}/database.sqlite", open_keys(tmp_path))
        database.upgrade()
        with database.writing() as transaction:
            accounts.add(transaction, AccountRow("a1", "ann@example.org", frozenset({"reader"})), [], NOW)
            perform(Work("drop_roles", "k", {"account": "a1"}), Performance(transaction, case, "token", NOW))
            after = accounts.load(transaction, "a1")
        database.close()
        assert after is not None
        assert after.roles == frozenset()


class TestPages:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        shelf = {"connector": "shelf", "room": "B"}
        return Settings(folder=HERE, flows=(FILE.parent,), data=tmp_path, sources={"lend": {"shelf": shelf}})

    @pytest.fixture
    def shown(self, settings: Settings) -> Iterator[str]:
        services = open_services(settings, where, Catalogue([FILE.parent]))
        answer = application(services).test_client().get("/en/lend/ask", follow_redirects=True)
        assert answer.status_code == 200
        yield answer.text
        services.close()

    def test_a_page_shows_the_block_by_its_template(self, shown: str) -> None:
        check_house_rules(shown, "en")
        assert "<blockquote><p>A file that is <strong>lent</strong> comes back.</p>" in shown
        assert "<figcaption>The archive</figcaption>" in shown

    def test_its_template_is_compiled_with_ours(self) -> None:
        assert "blocks/quote.html" in LOADER.list_templates()
