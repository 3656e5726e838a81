"""Request body parsing: parts of a form as they are sent, files no further than their question allows.

Werkzeug reads a whole form before any view runs, in the thread of the request. Each file goes to a nameless temporary
file of its own, so a form takes the memory of one block whatever it carries; bytes beyond the limit of their question
are counted and thrown away, so it takes no more room on the disk either. The body as a whole is bounded by `max_body`.
Slow bodies hold threads: only so many are read at a time, and one too many is told to come again.
"""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any, BinaryIO, cast

from flask import Request, current_app
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.sansio.multipart import File

from flowrunner.service.uploads.uploads import file_fields
from flowrunner.web.request import cookies
from flowrunner.web.site import services

# Whoever reads a body has one of these turns.
BODIES = "bodies"
_WAIT = 0.5  # seconds that a body waits for another to end


class Received:
    """A file as it comes: `size` counts all of it, `content` holds it while it is within `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._content: BinaryIO | None = None

    @property
    def content(self) -> BinaryIO:
        if self._content is None:
            self._content = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - closed with the request
        return self._content

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if self.size <= self._limit:
            self.content.write(data)
        elif self._content is not None:
            self._content.close()
            self._content = None
        return len(data)

    def seek(self, place: int) -> int:
        return self._content.seek(place) if self._content is not None else 0

    def close(self) -> None:
        if self._content is not None:
            self._content.close()


class _Parts(MultiPartParser):
    """Asks for the limit of each file by the name of its input."""

    def __init__(self, limit: Callable[[str], int], **options: Any) -> None:
        super().__init__(**options)
        self._limit = limit

    def start_file_streaming(self, event: File, total_content_length: int | None) -> IO[bytes]:
        return cast("IO[bytes]", Received(self._limit(event.name)))


class _Forms(FormDataParser):
    def __init__(self, limit: Callable[[str], int], **options: Any) -> None:
        super().__init__(**options)
        self._limit = limit

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Any:
        parts = _Parts(
            self._limit,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        boundary = options.get("boundary", "").encode("ascii", "replace")
        if not boundary:
            raise ValueError("Missing boundary")
        return stream, *parts.parse(stream, boundary, content_length)


class ReceivingRequest(Request):
    """The requests of the application."""

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        if not self.mimetype:
            super()._load_form_data()
            return
        bodies: BoundedSemaphore = current_app.extensions[BODIES]
        if not bodies.acquire(timeout=_WAIT):
            raise ServiceUnavailable
        try:
            super()._load_form_data()
        finally:
            bodies.release()

    def make_form_data_parser(self) -> FormDataParser:
        limits: dict[str, int] = {}

        def limit(name: str) -> int:
            if not limits:
                limits.update(self._limits())
            return limits.get(name, 0)

        return _Forms(
            limit,
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
        )

    def _limits(self) -> dict[str, int]:
        """The bytes that each file question of the step allows; a file that no question asks for is not kept."""
        arguments = self.view_args or {}
        case = services().cases.find(cookies.token(), arguments.get("flow", ""))
        program = services().cases.program_of(arguments.get("flow", ""), case)
        step = program.flow.steps.get(arguments.get("step", program.flow.start)) if program else None
        sizes = {field.name: int(field.options["max_size"]) for field in file_fields(step)} if step else {}
        return sizes or {"": 0}
