"""The kinds of timers that come with the interpreter. A new one is a file and a line here."""

from __future__ import annotations

from typing import Any, Final

from flowrunner.registry import Registry
from flowrunner.timer_kinds.after import AfterTimer
from flowrunner.timer_kinds.at import AtTimer
from flowrunner.timer_kinds.base import TimerKind

TIMER_KINDS: Final[Registry[TimerKind[Any]]] = Registry("timer_kinds", [AfterTimer(), AtTimer()])
