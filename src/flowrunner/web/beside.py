"""What stands beside the answers of a page: the files that wait for it, and the addresses that were found for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowrunner.model.case import FileRef
from flowrunner.service.address_search import Found


@dataclass(frozen=True, slots=True)
class Beside:
    """`files` are the kept files of each file field of the step, `found` what a search for an address came to."""

    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)


NOTHING_BESIDE = Beside()
