"""A line of the log says what happened and where, and never what an exception or a library was given."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from flowrunner.service.log import TOLD, JsonLines, PlainLines

SECRET = "zephirine@example.org"


def record(logger: str, message: str, *values: object, told: object = None) -> logging.LogRecord:
    made = logging.LogRecord(logger, logging.WARNING, __file__, 1, message, values, None)
    if told is not None:
        setattr(made, TOLD, told)
    return made


@pytest.mark.parametrize("form", [JsonLines(), PlainLines()])
class TestLines:
    def test_ours_are_told_whole(self, form: logging.Formatter) -> None:
        line = form.format(record("flowrunner.service", "source %s: %s", "register", "late", told={"flow": "small"}))
        assert "source register: late" in line
        assert "small" in line

    def test_a_library_is_told_as_it_is_written(self, form: logging.Formatter) -> None:
        line = form.format(record("httpx", "GET %s", f"https://x/?q={SECRET}"))
        assert "GET %s" in line
        assert SECRET not in line

    def test_of_an_exception_the_kind_and_the_places_are_told(self, form: logging.Formatter) -> None:
        made = record("flowrunner.web", "it failed")
        try:
            raise ValueError(SECRET)
        except ValueError:
            made.exc_info = sys.exc_info()
        line = form.format(made)
        assert "ValueError at " in line
        assert "test_log.py:" in line
        assert SECRET not in line

    def test_it_is_one_line(self, form: logging.Formatter) -> None:
        assert "\n" not in form.format(record("flowrunner.web", "fine", told={"flow": "small", "step": ""}))


class TestJson:
    def test_values_can_be_read_by_a_machine(self) -> None:
        line = json.loads(JsonLines().format(record("flowrunner.request", "request", told={"ms": 1.5, "status": 200})))
        assert (line["level"], line["logger"], line["message"]) == ("warning", "flowrunner.request", "request")
        assert (line["ms"], line["status"]) == (1.5, 200)
        assert line["time"].endswith("Z")
