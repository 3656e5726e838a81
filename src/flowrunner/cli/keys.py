"""`flowrunner keys [rotate]`."""

from __future__ import annotations

from contextlib import closing

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, deployment_options
from flowrunner.cli.flows import settings_of
from flowrunner.cli.output import tell
from flowrunner.i18n.words import Words
from flowrunner.service.deployment import has_keys
from flowrunner.service.upkeep.keys import MasterKeys
from flowrunner.settings import Settings

ROTATE = "rotate"
SOME_REMAIN = 1


class KeysCommand(Command):
    name = "keys"

    def make(self, say: Words) -> click.Command:
        def run(action: str | None, data: str | None, settings: str | None) -> int:
            return keys(action, settings_of(settings, say, data), say)

        params = [
            argument(say, "keys.action", required=False, type=click.Choice([ROTATE])),
            *deployment_options(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("keys.action"))


def keys(action: str | None, settings: Settings, say: Words) -> int:
    """List the master keys with how many rows are under each; before that, add one and put every row under it."""
    if not has_keys(settings):
        raise CommandRefused(say.say("keys.none", folder=str(settings.data)))
    with closing(MasterKeys(settings)) as masters:
        return _rotate(masters, say) if action == ROTATE else _list(masters, say)


def _rotate(masters: MasterKeys, say: Words) -> int:
    tell(say.say("keys.added", key=masters.add()))
    rotated = masters.rewrap()
    tell(say.say_n("keys.wrapped", rotated.wrapped))
    if rotated.broken:
        tell(say.say_n("keys.broken", rotated.broken), "red")
    return _list(masters, say) or (SOME_REMAIN if rotated.broken else 0)


def _list(masters: MasterKeys, say: Words) -> int:
    usage = masters.usage()
    for one in usage:
        word = "keys.current" if one.is_current else "keys.older"
        tell(say.say_n(word if one.is_there else "keys.missing", one.rows, key=one.key), "" if one.is_there else "red")
    return 0 if all(one.is_there for one in usage) else SOME_REMAIN
