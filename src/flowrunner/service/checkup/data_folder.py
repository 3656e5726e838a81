"""Whether the data folder is there, ours to write, and closed to everybody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from flowrunner.diagnostics.diagnostic import Level
from flowrunner.service.checkup.base import Concern, Finding, Installation

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DataFolderConcern(Concern):
    name = "data_folder"

    def look(self, installation: Installation) -> Iterable[Finding]:
        folder = installation.settings.data
        values = {"folder": str(folder)}
        if not folder.exists():
            yield Finding(self.name, "not_there", Level.NOTE, values)
        elif not folder.is_dir():
            yield Finding(self.name, "no_folder", values=values)
        else:
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                yield Finding(self.name, "closed_to_us", values=values)
            if folder.stat().st_mode & OTHERS:
                mode = f"{stat.S_IMODE(folder.stat().st_mode):04o}"
                yield Finding(self.name, "open", Level.WARNING, {**values, "mode": mode})
