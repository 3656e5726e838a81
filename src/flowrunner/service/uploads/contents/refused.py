"""Why the content of a file is refused."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Code: TypeAlias = Literal["file_kind", "file_broken", "file_encrypted", "file_active", "file_too_complex"]
"""`file_kind`: none that we know; `file_active`: it holds scripts, macros or other files; the rest say it themselves.
Each is also the code of the problem that the person is told."""

CODES: tuple[str, ...] = get_args(Code)


class ContentRefused(Exception):
    """The content is refused; its words are the person's, not ours."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code
