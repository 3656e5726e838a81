"""The database of a deployment, for the commands that work with what is kept."""

from __future__ import annotations

from flowrunner.errors import FlowrunnerError
from flowrunner.settings import Settings
from flowrunner.store.database import Database
from flowrunner.store.keys import open_keys


def open_database(settings: Settings) -> Database:
    """The database, made and brought up to date if need be. Raises FlowrunnerError."""
    try:
        keys = open_keys(settings.data)
    except OSError as error:
        raise FlowrunnerError(
            f"{error.strerror}.", where=str(settings.data), way_out="Choose another folder with --data."
        ) from None
    database = Database(settings.database_url, keys)
    database.upgrade()
    return database
