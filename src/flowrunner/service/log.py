"""The log of a deployment, in lines for people or for machines.

Nothing that anybody typed is in it. Our own messages hold none by the rule of the house. Those of libraries are written
as the library has them in its code, before anything is filled in; and of an exception only its kind and the places are
told, since its words may repeat what was typed.

python-json-logger was weighed: it writes messages filled in and exceptions with their words.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

OURS = "flowrunner"
TOLD = "told"
_MOST_PLACES = 8


def start_log(form: str) -> None:
    """Write to standard error from now on, as "json" or "plain": what we do from INFO on, others' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda error: _uncaught(error.exc_type, error.exc_value, error.exc_traceback)


def fault(kind: type[BaseException] | None, at: TracebackType | None) -> str:
    """The kind of an exception and where it came from, the nearest place first."""
    places = (
        f"{frame.filename.rpartition('flowrunner/')[2].rpartition('site-packages/')[2]}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(at)[-_MOST_PLACES:])
    )
    return f"{kind.__name__ if kind else '?'} at {' < '.join(places)}"


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what the record tells as values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **_values(record),
        }
        if fault := _fault(record):
            line["fault"] = fault
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


class PlainLines(logging.Formatter):
    """A line that a person reads."""

    def format(self, record: logging.LogRecord) -> str:
        values = (f"{name}={value}" for name, value in _values(record).items() if value not in ("", None))
        parts = (_time(record), record.levelname, record.name, _message(record), *values, _fault(record))
        return " ".join(part for part in parts if part)


def _message(record: logging.LogRecord) -> str:
    is_ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    return record.getMessage() if is_ours else str(record.msg)


def _values(record: logging.LogRecord) -> dict[str, Any]:
    values: dict[str, Any] = getattr(record, TOLD, {})
    return values


def _fault(record: logging.LogRecord) -> str:
    return fault(record.exc_info[0], record.exc_info[2]) if record.exc_info else ""


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _uncaught(kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
    if issubclass(kind, SystemExit | KeyboardInterrupt):
        return
    logging.getLogger(OURS).error("nobody took care of this: %s", fault(kind, at))
