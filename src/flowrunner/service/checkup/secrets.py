"""Whether the secrets are there when they must be, whole, and closed to everybody else."""

from __future__ import annotations

import stat
from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.errors import FlowrunnerError
from flowrunner.service.checkup.base import Concern, Finding, Installation
from flowrunner.service.checkup.data_folder import OTHERS
from flowrunner.store.sealing.keys import FILE, open_keys

_WITH_CASES = frozenset({"behind", "current"})


class SecretsConcern(Concern):
    name = "secrets"

    def look(self, installation: Installation) -> Iterable[Finding]:
        path = installation.settings.data / FILE
        if not path.is_file():
            if installation.database.standing in _WITH_CASES:
                yield Finding(self.name, "lost", values={"path": str(path)})
            return
        mode = path.stat().st_mode
        if mode & OTHERS:
            values = {"path": str(path), "mode": f"{stat.S_IMODE(mode):04o}"}
            yield Finding(self.name, "open", Level.WARNING, values)
        try:
            open_keys(installation.settings.data)
        except (FlowrunnerError, OSError):
            yield Finding(self.name, "unreadable", values={"path": str(path)})
