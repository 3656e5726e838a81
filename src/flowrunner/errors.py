"""The base of everything that flowrunner raises on purpose.

Three kinds of wrongness are kept apart: a *diagnostic* is a value for the author of a flow, a *problem* is a value for
the person filling in, and an *exception* (this module) is for the machinery.
"""

from __future__ import annotations


class FlowrunnerError(Exception):
    """Says what went wrong, where, and the way out.

    `where` names a file, a step, a setting or a part; `way_out` is a sentence that says what to do. Neither ever holds
    something that a person typed.
    """

    def __init__(self, what: str, *, where: str = "", way_out: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.way_out = way_out

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        way_out = f" {self.way_out}" if self.way_out else ""
        return f"{place}{self.what}{way_out}"
