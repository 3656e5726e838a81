"""What somebody typed on the command line of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed after `serve`, for whoever reads the settings. `changes` goes over those of the deployment, and
    `server` over those of its server; None is what was not typed."""

    flows: tuple[str, ...]
    settings: str | None
    changes: dict[str, Any]
    server: dict[str, Any]
