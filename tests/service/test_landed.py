"""What an earlier flowrunner stored is still a service: tables, rows, keys and flow versions of every landed state.

Each folder of `landed/` is the state of one migration; `landing` says how the next one is added.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, select, update

from flowrunner import store
from flowrunner.catalogue import Catalogue, UnknownVersion
from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.case import Submission
from flowrunner.model.flow.flow import LANGUAGE_MINOR
from flowrunner.service.cases.cases import Cases, FormStamp
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store import accounts, versions
from flowrunner.store.database import Database
from flowrunner.store.sealing import seal
from flowrunner.store.sealing.codec import decode_values
from flowrunner.store.sealing.keys import FILE, open_keys
from flowrunner.store.tables import cases as case_table
from flowrunner.store.tables import flow_versions, metadata, outbox
from flowrunner.store.versions import NewerLanguage
from tests.databases import SQLITE
from tests.service.landing import LANDED, NOW, REPOSITORY, WALKS

# Sessions end after twenty minutes.
LATER = NOW + timedelta(minutes=10)
STATES = sorted(path.name for path in LANDED.iterdir())


def revisions() -> list[str]:
    """All migrations, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(Path(store.__path__[0]) / "migrations"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture(params=STATES)
def state(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def landed(state: str, kind: str, empty_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database with what that state stored, as it was."""
    shutil.copyfile(LANDED / state / FILE, tmp_path / FILE)
    dump = (LANDED / state / f"{kind}.sql").read_text("utf-8")
    url = make_url(empty_url)
    if kind == SQLITE:
        with sqlite3.connect(str(url.database)) as connection:
            connection.executescript(dump)
    else:
        with psycopg.connect(empty_url) as server:
            server.execute(dump.encode())
    opened = Database(empty_url, open_keys(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def service(landed: Database) -> Iterator[Cases]:
    """The service of a deployment whose flows are gone: only stored versions are there."""
    landed.upgrade()

    def find(flow: str, version: str) -> str | None:
        with landed.reading() as transaction:
            return versions.find(transaction, flow, version)

    settings = read_settings(REPOSITORY / "tests" / "flows" / "flowrunner.yaml", {}).settings
    assert settings is not None
    sources = Sources(landed, settings.sources, settings.folder)
    catalogue = Catalogue([], find)
    context = ServiceContext(landed, catalogue, lambda: LATER)
    yield Cases(context, sources, lambda case, step: f"/{case.flow}/{step}")
    sources.close()


class TestTables:
    def test_every_migration_on_the_way_leads_to_the_tables_of_today(self, landed: Database, state: str) -> None:
        known = revisions()
        for revision in known[known.index(state) + 1 :]:
            landed.upgrade(revision)
        with landed.reading() as transaction:
            context = MigrationContext.configure(transaction.connection)
            assert context.get_current_revision() == known[-1]
            assert compare_metadata(context, metadata) == []

    def test_the_first_state_is_kept(self) -> None:
        assert revisions()[0] in STATES


class TestRows:
    @pytest.mark.parametrize("flow", WALKS)
    def test_a_case_is_shown_and_goes_on_with_the_version_that_it_began_with(self, service: Cases, flow: str) -> None:
        token = f"token of {flow}"
        case = service.find(token, flow)
        assert case is not None
        program = service.program_of(flow, case)
        assert program is not None
        assert program.version == case.version
        page = service.look(program, case, None, case.language)
        assert page is not None
        assert page.step.name == case.step
        # The last page that was sent is sent again, with nothing changed, and leads to where the case is.
        step, inputs = WALKS[flow][-1]
        form = FormStamp("again", digest_of(case, step))
        sent = service.act(flow, token, form, Submission(step, inputs=inputs, language=case.language))
        assert sent is not None
        assert sent.decision is not None
        assert (sent.decision.problems, sent.decision.show) == ((), case.step)
        assert sent.case is not None
        assert sent.case.revision == case.revision + 1

    @pytest.mark.parametrize("flow", WALKS)
    def test_a_form_that_was_sent_then_is_known(self, service: Cases, flow: str) -> None:
        submission = Submission(WALKS[flow][0][0], language="fr")
        sent = service.act(flow, f"token of {flow}", FormStamp("form 0"), submission)
        assert sent is not None
        assert sent.redirect == f"/{flow}/{WALKS[flow][1][0]}"

    def test_accounts_and_work_open(self, service: Cases) -> None:
        with service._context.database.reading() as transaction:
            assert accounts.find(transaction, ("email",), ("representative@example.org",)) is not None
            joined = select(outbox.c.key, outbox.c.sealed, case_table.c.id, case_table.c.key.label("data_key"))
            rows = transaction.connection.execute(joined.join(case_table, outbox.c.case_id == case_table.c.id)).all()
            assert len(rows) >= len(WALKS)
            for row in rows:
                key = seal.unwrap(transaction.keys, row.data_key, f"cases:{row.id}")
                assert decode_values(seal.unseal(key, row.sealed, f"outbox:{row.key}"))["to"]


class TestVersions:
    def test_one_of_a_newer_language_is_refused_by_name(self, service: Cases) -> None:
        newer = update(flow_versions).values(language_version=LANGUAGE_MINOR + 1)
        with service._context.database.writing() as transaction:
            transaction.connection.execute(newer)
        case = service.find("token of jardin", "jardin")
        with pytest.raises(NewerLanguage, match=rf"1\.{LANGUAGE_MINOR + 1}.*the flowrunner that kept it"):
            service.program_of("jardin", case)

    def test_one_that_is_not_there_is_told(self, service: Cases) -> None:
        with pytest.raises(UnknownVersion):
            service._context.catalogue.program("jardin", "0" * 64)

    def test_what_is_kept_now_says_the_language_of_now(self, service: Cases) -> None:
        with service._context.database.writing() as transaction:
            versions.keep(transaction, "trip", "v1", json.dumps({}), NOW)
            wanted = select(flow_versions.c.language_version).where(flow_versions.c.flow == "trip")
            assert transaction.connection.execute(wanted).scalar_one() == LANGUAGE_MINOR
