"""The names of files: what a person may see of the name that a browser sent, and under which one a file is saved.

Werkzeug's `secure_filename` was weighed: it keeps only ASCII, so `reçu.pdf` would become `recu.pdf`.
"""

from __future__ import annotations

import re
import unicodedata

from flowrunner.fields.file_kinds import KINDS, file_kind_of

LONGEST = 120
_FOLDERS = re.compile(r"[/\\]")
_SPACES = re.compile(r"\s+")
# Controls, marks and overrides of direction, halves of characters, and what is no character.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


def shown_name(sent: str) -> str:
    """The name without folders, unseen characters and outer points, at most `LONGEST` characters with its suffix kept;
    `_` when nothing is left."""
    last = _FOLDERS.split(sent)[-1]
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _UNSEEN)
    name = _SPACES.sub(" ", seen).strip(". ")
    if len(name) > LONGEST:
        stem, point, suffix = name.rpartition(".")
        end = point + suffix if stem and len(suffix) <= 8 else ""
        name = name[: LONGEST - len(end)].rstrip(". ") + end
    return name or "_"


def saved_name(name: str, kind: str) -> str:
    """The name under which a browser saves a file: its suffix is that of its kind, whatever it was called."""
    plain = _NOT_IN_NAMES.sub("_", name)
    return plain if kind not in KINDS or file_kind_of(plain) == kind else f"{plain}.{KINDS[kind].suffixes[0]}"
