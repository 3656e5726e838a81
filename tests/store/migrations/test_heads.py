"""Which migrations a database lacks is known without what runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from flowrunner.store.database import Database
from flowrunner.store.engine.failures import Unavailable
from flowrunner.store.migrations.heads import VERSIONS, is_current, newest
from flowrunner.store.sealing.keys import Keys


class TestHeads:
    def test_they_are_those_of_alembic(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        assert newest() == set(ScriptDirectory.from_config(config).get_heads())

    def test_a_branch_has_two_and_a_merge_one(self, tmp_path: Path) -> None:
        for revision, down in (("a", None), ("b", "a"), ("c", "a")):
            (tmp_path / f"{revision}.py").write_text(f"revision: str = {revision!r}\ndown_revision = {down!r}\n")
        assert newest(tmp_path) == {"b", "c"}
        newest.cache_clear()
        (tmp_path / "d.py").write_text("revision = 'd'\ndown_revision = ('b', 'c')\n")
        assert newest(tmp_path) == {"d"}

    def test_a_new_database_lacks_all(self, tmp_path: Path, keys: Keys) -> None:
        database = Database(f"sqlite:///{tmp_path}/new.db", keys)
        with database.reading() as transaction:
            assert not is_current(transaction.connection)
        database.upgrade()
        with database.reading() as transaction:
            assert is_current(transaction.connection)
        database.close()

    def test_a_database_that_is_up_to_date_needs_no_alembic(self, database_url: str, tmp_path: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from flowrunner.store.database import Database;"
            "from flowrunner.store.sealing.keys import open_keys;"
            f"Database({database_url!r}, open_keys(Path({str(tmp_path)!r}))).upgrade();"
            "sys.exit('alembic' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


class TestAway:
    def test_a_folder_that_is_gone_is_told_as_such(self, tmp_path: Path, keys: Keys) -> None:
        database = Database(f"sqlite:///{tmp_path}/gone/cases.db", keys)
        with pytest.raises(Unavailable), database.reading():
            pass
        database.close()
