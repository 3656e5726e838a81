"""Documents as pictures to be looked at. What an officer’s browser gets is made anew by us, never the file itself."""

from __future__ import annotations

from typing import Final

from flowrunner.model.case import Case, FileRef
from flowrunner.service.uploads.uploads import Uploads

MEDIA: Final = "image/jpeg"
# Kinds of files by what is shown of them: all of it, or its first page.
WHOLE: Final = frozenset({"jpg", "png", "gif", "webp"})
FIRST_PAGE: Final = frozenset({"tiff"})


def can_be_shown(file: FileRef) -> bool:
    """Whether a picture can be made of a file."""
    return file.kind in WHOLE | FIRST_PAGE


class Previews:
    """Makes pictures of the files of cases, in the turns in which their contents are judged. Who may see a case is
    asked before."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    def picture(self, case: Case, upload_id: str) -> bytes | None:
        """A file of this case as a JPEG; None when there is none, or when it cannot be shown. Raises what
        `Uploads.open` does."""
        download = self._uploads.open(case, upload_id)
        if download is None or not can_be_shown(download.file):
            return None
        return self._uploads.judge.picture(b"".join(download.content), download.file.kind)
