"""Keeping what a flowrunner stores, so that later ones are tested against it.

`python -m tests.service.landing REVISION` makes a deployment as the code is now, its tables at REVISION, lets people
walk two flows part of the way, and writes all rows to `landed/REVISION/` as SQL for each kind of database, with the
keys. Do it when a migration has landed, from the code that landed with it, and commit the folder; `test_landed` finds
it by itself. A folder is never made anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.case import Submission, Work
from flowrunner.service.accounts.sample_accounts import load_sample_accounts
from flowrunner.service.cases.cases import Cases, FormStamp
from flowrunner.service.context import ServiceContext
from flowrunner.service.sources.sources import Sources
from flowrunner.store import outbox
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import FILE, open_keys
from tests.databases import KINDS, SQLITE, PostgreSQL

REPOSITORY = Path(__file__).parents[2]
LANDED = Path(__file__).with_name("landed")
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

Page = tuple[str, Mapping[str, tuple[str, ...]]]
WALKS: Mapping[str, tuple[Page, ...]] = {
    "registration": (
        ("welcome", {}),
        (
            "access_request",
            {"email": ("you@example.org",), "regulator": ("cicc",), "membership_number": ("R000123",)},
        ),
    ),
    "jardin": (
        ("accueil", {}),
        (
            "qui_etes_vous",
            {
                "carte_citoyenne": ("204 567 89 01",),
                "naissance.year": ("1984",),
                "naissance.month": ("5",),
                "naissance.day": ("17",),
            },
        ),
        (
            "parcelle",
            {
                "jardin_choisi": ("aubepine",),
                "exposition": ("autre",),
                "exposition_precise": ("Au bord de l’eau",),
                "largeur": ("4",),
                "longueur": ("6,5",),
                "partage": ("no",),
                "outils": ("beche", "rateau"),
                "don": ("25,50",),
            },
        ),
    ),
}


def main(revision: str) -> None:
    """Write the folder of a revision."""
    folder = LANDED / revision
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as data, PostgreSQL() as server:
        keys = open_keys(Path(data))
        shutil.copyfile(Path(data) / FILE, folder / FILE)
        urls = dict(zip(KINDS, (f"sqlite:///{data}/cases.db", server.url("postgres")), strict=True))
        for kind, url in urls.items():
            database = Database(url, keys)
            database.upgrade(revision)
            fill(database)
            database.close()
            dump = _sqlite_dump(Path(data)) if kind == SQLITE else _postgresql_dump(server)
            (folder / f"{kind}.sql").write_text(dump, "utf-8")


def fill(database: Database) -> None:
    """Let people do something in every table."""
    here = read_settings(REPOSITORY / "flowrunner.yaml", {}).settings
    theirs = read_settings(REPOSITORY / "tests" / "flows" / "flowrunner.yaml", {}).settings
    assert here is not None
    assert theirs is not None
    catalogue = Catalogue([REPOSITORY / "flows", REPOSITORY / "tests" / "flows" / "valid"])
    program = catalogue.current("registration")
    assert program is not None
    load_sample_accounts(database, program.flow, here.sample_accounts["registration"], NOW)
    for flow, settings in (("registration", here), ("jardin", theirs)):
        sources = Sources(database, settings.sources, settings.folder)
        walk(
            Cases(ServiceContext(database, catalogue, lambda: NOW), sources, lambda case, step: f"/{case.flow}/{step}"),
            flow,
        )
        sources.close()


def walk(service: Cases, flow: str) -> None:
    """Walk a flow as far as `WALKS` goes, and leave work in the outbox."""
    for number, (step, inputs) in enumerate(WALKS[flow]):
        submission = Submission(step, inputs=inputs, language="fr" if flow == "jardin" else "en")
        sent = service.act(flow, f"token of {flow}", FormStamp(f"form {number}"), submission)
        assert sent is not None
        assert sent.decision is not None
        assert not sent.decision.problems, sent.decision.problems
    case = service.find(f"token of {flow}", flow)
    assert case is not None
    with service._context.database.writing() as transaction:
        outbox.post(transaction, case, Work("send", f"work of {flow}", {"to": "you@example.org"}), NOW)


def _sqlite_dump(data: Path) -> str:
    with sqlite3.connect(data / "cases.db") as connection:
        return "\n".join(connection.iterdump()) + "\n"


def _postgresql_dump(server: PostgreSQL) -> str:
    options = ["--inserts", "--no-owner", "--no-privileges", "--no-comments"]
    dump = server.run("pg_dump", "-h", str(server.folder), "-U", "postgres", *options, "postgres").decode()
    # Comments, and what only psql understands.
    lines = (line for line in dump.splitlines() if not line.startswith(("--", "\\")))
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
