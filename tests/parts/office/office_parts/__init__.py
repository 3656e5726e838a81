"""One part of each kind, as another package would bring them."""

from __future__ import annotations

from pathlib import Path


def locales() -> Path:
    """Where the words of these parts stand."""
    return Path(__file__).parent / "locales"
