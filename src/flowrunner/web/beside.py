"""What stands beside the answers of a page: the files that wait for it, the addresses that were found for it, and what
an account has."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flowrunner.model.case import FileRef
from flowrunner.service.sources.address_search import Found
from flowrunner.web.page.account_lists import NO_ROWS, Rows


class Beside(Struct, frozen=True):
    """`files` are the kept files of each file field of the step, `found` what a search for an address came to, `lists`
    the cases and messages of the account that is signed in."""

    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    lists: Rows = NO_ROWS


NOTHING_BESIDE = Beside()
