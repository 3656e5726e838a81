"""`flowrunner keys [rotate]`."""

from __future__ import annotations

from pathlib import Path

import click

from flowrunner.cli.base import Command, CommandRefused, Spoken, argument, settings_option
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.settings import Settings
from flowrunner.store.database import Database
from flowrunner.store.rotation import rewrap_all, usage
from flowrunner.store.sealing.keys import FILE, add_key, open_keys

ROTATE = "rotate"
SOME_REMAIN = 1


class KeysCommand(Command):
    name = "keys"

    def make(self, say: Words) -> click.Command:
        def run(action: str | None, data: str | None, settings: str | None) -> int:
            said = settings_of(settings, say)
            return keys(action, replace(said, data=Path(data)) if data else said, say)

        params = [
            argument(say, "keys.action", required=False, type=click.Choice([ROTATE])),
            click.Option(["--data"], metavar="FOLDER", help=say.say("serve.data")),
            settings_option(say),
        ]
        return Spoken(say, self.name, run, params, say.say("keys.action"))


def keys(action: str | None, settings: Settings, say: Words) -> int:
    """List the master keys with how many rows are under each; before that, add one and put every row under it."""
    if not (settings.data / FILE).is_file():
        raise CommandRefused(say.say("keys.none", folder=str(settings.data)))
    database = Database(settings.database_url, open_keys(settings.data))
    try:
        return _rotate(database, settings.data, say) if action == ROTATE else _list(database, say)
    finally:
        database.close()


def _rotate(database: Database, folder: Path, say: Words) -> int:
    tell(say.say("keys.added", key=add_key(folder).current))
    rotated = rewrap_all(database)
    tell(say.say_n("keys.wrapped", rotated.wrapped))
    if rotated.broken:
        tell(say.say_n("keys.broken", rotated.broken), "red")
    return _list(database, say) or (SOME_REMAIN if rotated.broken else 0)


def _list(database: Database, say: Words) -> int:
    keys, missing = database.keys, False
    for key, rows in sorted(usage(database).items(), key=lambda found: (len(found[0]), found[0])):
        word = "keys.current" if key == keys.current else "keys.older"
        if key not in keys.masters:
            word, missing = "keys.missing", True
        tell(say.say_n(word, rows, key=key), "red" if word == "keys.missing" else "")
    return SOME_REMAIN if missing else 0
