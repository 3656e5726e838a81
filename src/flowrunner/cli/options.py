"""What somebody typed on the command line of a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.settings import Settings

if TYPE_CHECKING:
    from flowrunner.cli.fit import SettingsFit


class ServeOptions(Struct, frozen=True):
    """What was typed after `serve`, for whoever reads the settings. `changes` goes over those of the deployment, and
    `server` over those of its server; None is what was not typed."""

    flows: tuple[str, ...]
    settings: str | None
    changes: dict[str, Any]
    server: dict[str, Any]


def serve_options(typed: ServeOptions, say: Words) -> tuple[Settings, SettingsFit]:
    """The settings of the deployment with what was typed over them, and what tells whether they fit the flows.

    Raises CommandRefused.
    """
    from flowrunner.cli.fit import SettingsFit
    from flowrunner.cli.flows import existing_files, settings_and_text

    config, read = settings_and_text(typed.settings, say)
    changes = {key: value for key, value in typed.changes.items() if value is not None}
    if "data" in changes:
        changes["data"] = Path(changes["data"])
    server = replace(config.server, **{key: value for key, value in typed.server.items() if value is not None})
    settings = replace(config, **changes, flows=tuple(existing_files(typed.flows, say)) or config.flows, server=server)
    return settings, SettingsFit(read, say, all_flows=not typed.flows)
