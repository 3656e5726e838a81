"""How a database stands, looked at without changing it: nothing is made, migrated or set."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from flowrunner.store.engine.engine import with_driver

Standing: TypeAlias = Literal[
    "not_there", "bad_url", "no_driver", "unreachable", "empty", "behind", "unknown", "current"
]
_PATIENCE = 5  # seconds


class DatabaseState(Struct, frozen=True):
    """`shown` is where the database is, without its password. `fault` is the kind of error that kept it from us.

    not_there: an SQLite file that is not made yet. empty: no tables of ours. behind: tables of an earlier flowrunner.
    unknown: of a later one, or of something else.
    """

    standing: Standing
    shown: str
    fault: str = ""


def database_state(url: str) -> DatabaseState:
    """Look at a database by its SQLAlchemy URL. Never raises for what is wrong with it."""
    try:
        address = with_driver(make_url(url))
    except ArgumentError:
        return DatabaseState("bad_url", "database")
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return DatabaseState("not_there", shown)
    try:
        return DatabaseState(_standing(address), shown)
    except ImportError:
        return DatabaseState("no_driver", shown)
    except (SQLAlchemyError, OSError) as error:
        return DatabaseState("unreachable", shown, type(error).__name__)


def _standing(url: URL) -> Standing:
    scripts = ScriptDirectory.from_config(_config())
    engine = create_engine(_reading_only(url), hide_parameters=True, poolclass=NullPool)
    with engine.connect() as connection:
        if url.get_backend_name() == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        heads = set(MigrationContext.configure(connection).get_current_heads())
    if not heads:
        return "empty"
    if heads == set(scripts.get_heads()):
        return "current"
    revisions = {script.revision for script in scripts.walk_revisions()}
    return "behind" if heads <= revisions else "unknown"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _reading_only(url: URL) -> URL:
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").resolve()
        # While nobody has it open there is no journal beside it, and looking must not leave one there.
        how = {} if file.with_name(f"{file.name}-wal").exists() else {"immutable": "1"}
        return url.set(database=file.as_uri()).update_query_dict({"mode": "ro", "uri": "true", **how})
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        return url.update_query_dict({"connect_timeout": str(_PATIENCE)})
    return url


def has_password(url: str) -> bool:
    """Whether a password stands in a URL of a database."""
    try:
        return bool(make_url(url).password)
    except ArgumentError:
        return False
