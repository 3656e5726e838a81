"""Downloads of uploads: always as something to save, never as something that a browser runs or keeps."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Blueprint, Response, abort

from flowrunner.fields.file_names import saved_name
from flowrunner.service.uploads.uploads import Download, FilesUnavailable, media_of
from flowrunner.web.languages import checked
from flowrunner.web.request import visitor
from flowrunner.web.site import services

blueprint = Blueprint("files", __name__)


@blueprint.get("/<language>/<flow>/file/<upload>")
def download(language: str, flow: str, upload: str) -> Response:
    """A file of the visitor's own case. Of any other, nobody is told whether it is there."""
    case = visitor.find_visitor(flow).case
    program = services().cases.program_of(flow, case)
    uploads = services().uploads
    if program is None or case is None or uploads is None:
        abort(404)
    checked(language, program.flow.languages)
    try:
        download = uploads.open(case, upload)
    except FilesUnavailable:
        abort(503)
    if download is None:
        abort(404)
    return attachment(download)


def attachment(download: Download) -> Response:
    """A file as a response, sent part by part."""
    name = saved_name(download.file.name, download.file.kind)
    return to_save(download.content, media_of(download.file), download.file.size, name)


def to_save(content: Iterable[bytes], media: str, size: int, name: str) -> Response:
    """Something to be saved under a name, of so many bytes."""
    return _sealed_off(Response(content, mimetype=media), size, _disposition(name))


def to_look_at(picture: bytes, media: str) -> Response:
    """A picture that we made, to be shown in a page."""
    return _sealed_off(Response(picture, mimetype=media), len(picture), "inline")


def _sealed_off(response: Response, size: int, disposition: str) -> Response:
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _disposition(name: str) -> str:
    """The header of RFC 6266: the name in ASCII for old programs, the whole name for all others."""
    plain = name.encode("ascii", "replace").decode("ascii")
    safe = "".join("_" if character in '?"\\%' else character for character in plain)
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
