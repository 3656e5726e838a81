"""Work that a child process does: its result, its faults and its libraries."""

from __future__ import annotations

import os
import sys

import pytest

from flowrunner.cli.base import CommandRefused
from flowrunner.cli.beside import beside
from flowrunner.errors import FlowrunnerError


def fail(error: Exception) -> None:
    raise error


class TestBeside:
    def test_the_result_comes_back_and_the_process_ends(self) -> None:
        own, done = os.getpid(), []
        child = beside(os.getpid, lambda: done.append("meanwhile"))
        assert child != own
        assert done == ["meanwhile"]
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)

    def test_what_it_loads_goes_with_it(self) -> None:
        def load() -> bool:
            import this  # noqa: F401 - nobody else loads it

            return "this" in sys.modules

        assert beside(load)
        assert "this" not in sys.modules

    def test_what_it_raises_is_raised_here(self) -> None:
        with pytest.raises(CommandRefused, match="not this"):
            beside(lambda: fail(CommandRefused("not this")))
        with pytest.raises(FlowrunnerError) as told:
            beside(lambda: fail(FlowrunnerError("it is broken.", where="here", way_out="Mend it.")))
        assert str(told.value) == "here: it is broken. Mend it."

    def test_an_end_without_a_word_is_told(self) -> None:
        with pytest.raises(FlowrunnerError, match="without a word"):
            beside(lambda: os._exit(3))

    def test_a_result_that_cannot_be_handed_over_is_told(self) -> None:
        with pytest.raises(FlowrunnerError, match="without a word"):
            beside(lambda: lambda: None)
