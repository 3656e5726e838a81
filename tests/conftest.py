"""What every test starts from: the same environment on every machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: a slow machine is not a fault of the code.
settings.register_profile("flowrunner", deadline=None)
settings.load_profile("flowrunner")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the person at the keyboard and the settings of their deployment change no test."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", *(name for name in os.environ if name.startswith("FLOWRUNNER_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
