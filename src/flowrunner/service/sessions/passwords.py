"""Passwords: judged and hashed here, before the core, which sees only a hash or what was wrong.

What counts is length, and that a password is none of those that are tried first; no mixture of characters is asked
(Government of Canada, Guideline on Password Security; NIST SP 800-63B-4). Hashes are Argon2id.

A password is compared with 13,767 common ones (zxcvbn's list, MIT, and French and Canadian ones): as it is, without
digits and signs at its ends, without spaces, with the usual substitutions. A list of leaked passwords was weighed: 229
of 30,000 had twelve characters or more, so comparing the whole would promise more than it does, and all leaked ones
take a service of others or gigabytes. The list takes 1.5 MB of a process once somebody chooses a password.

zxcvbn itself was weighed: it gives a score, for which no reason can be told in French.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from flowrunner.errors import FlowrunnerError
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.password import clear_secret
from flowrunner.model.case import Inputs, Secret
from flowrunner.model.flow import Field

# OWASP's profile: 19 MiB and two passes, about 40 ms.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# So many hashes are made at once in one process, and a request waits so long for its turn (seconds).
AT_ONCE = max(2, os.cpu_count() or 1)
PATIENCE = 5.0
# What must be left of a password besides what others know of the person and the service.
OF_ITS_OWN = 8

_FILE = Path(__file__).with_name("common_passwords.txt")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NOT_SAID = re.compile(r"[\W_]+")
_READ_AS = str.maketrans("0134578@$!", "oleastbasi")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
)
_RUN = 3


class HasherBusy(FlowrunnerError):
    """Too many passwords are looked at just now: nothing was done."""


class Passwords:
    """Hashes and compares, few at a time, so that a flood of sign-ins cannot take the machine."""

    def __init__(self, hasher: PasswordHasher = HASHER, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._hasher = hasher
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience = patience

    @cached_property
    def _nobodys(self) -> str:
        """What is compared with when there is no account."""
        return self._hasher.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """Raises HasherBusy."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password. Without a hash it is not, and that takes as long. Raises HasherBusy."""
        with self._turn():
            # Made before anything is compared, for whoever comes first waits for it, known or not.
            nobodys = self._nobodys
            try:
                self._hasher.verify(password_hash or nobodys, _bytes(_clear((password,))))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(password_hash)

    def secrets(self, questions: Iterable[Field], inputs: Inputs, personal: tuple[str, ...]) -> dict[str, Secret]:
        """What the core is told of the password fields of a page. Nothing is hashed unless all of them pass.

        `personal` are words that others can know: a name, an address, what the service is called.
        """
        fields = list(questions)
        clear = {field.name: _clear(inputs.get(field.name, ())) for field in fields}
        broken = {field.name: judge_password(field, inputs.get(field.name, ()), clear, personal) for field in fields}
        if any(broken.values()):
            return {name: Secret(broken=codes) for name, codes in broken.items()}
        # A password that is typed twice is hashed once. One that was left out has no hash: it may be optional.
        hashes = {value: self.hash(value) for value in dict.fromkeys(clear.values()) if value}
        return {name: Secret(hashes[value]) for name, value in clear.items() if value}

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise HasherBusy("too many passwords are looked at.", where="passwords", way_out="Send the page again.")
        try:
            yield
        finally:
            self._turns.release()


def _clear(inputs: tuple[str, ...]) -> str:
    try:
        return clear_secret(inputs)
    except ValueError:
        return ""


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


# --- Judging ------------------------------------------------------------------------------


def judge_password(
    field: Field, inputs: tuple[str, ...], others: Mapping[str, str], personal: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """What is wrong with a password that was sent in this field, as `Secret.broken` says it."""
    try:
        value = clear_secret(inputs)
    except ValueError as error:
        return (str(error),)
    broken = FIELD_TYPES[field.kind].judge_secret(field, value, others)
    repeated = any(use.rule == "same_as" for use in field.rules)
    if broken or repeated or not value:
        return broken
    weak = weakness(value, personal)
    return (weak,) if weak else ()


def weakness(password: str, personal: tuple[str, ...] = ()) -> str | None:
    """`common` for a password that is tried first, `personal` for one that is little more than what others know."""
    folded = password.casefold()
    if any(_is_common(reading) for reading in (folded, folded.translate(_READ_AS))):
        return "common"
    if _is_monotonous(folded):
        return "common"
    return "personal" if _is_personal(folded, personal) else None


def _is_common(reading: str) -> bool:
    """The password, or what is left of it without digits and signs at its ends and without spaces, is on the list."""
    bare = _ENDS.sub("", reading)
    joined = _NOT_SAID.sub("", bare)
    return not {reading, bare, joined}.isdisjoint(common())


def _is_monotonous(folded: str) -> bool:
    """A few characters, one short or common piece over and over, or runs along the alphabet or the keyboard."""
    return len(set(folded)) <= 3 or _repeats(folded) or _runs(folded)


def _repeats(folded: str) -> bool:
    length = len(folded)
    for size in range(1, length // 2 + 1):
        piece = folded[:size]
        if (piece * (length // size + 1))[:length] == folded:
            return size <= 6 or _is_common(piece)
    return False


def _runs(folded: str) -> bool:
    """Whether all but two characters stand in runs of three or more."""
    alone, place = 0, 0
    while place < len(folded):
        length = _run_at(folded, place)
        alone += 0 if length >= _RUN else 1
        place += length if length >= _RUN else 1
    return alone <= 2


def _run_at(folded: str, place: int) -> int:
    longest = 1
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        start = row.find(folded[place])
        length = 0
        while (
            start >= 0
            and start + length < len(row)
            and place + length < len(folded)
            and row[start + length] == folded[place + length]
        ):
            length += 1
        longest = max(longest, length)
    return longest


def _is_personal(folded: str, personal: tuple[str, ...]) -> bool:
    words = {part for word in personal for part in (word.casefold(), *re.split(r"[\W_]+", word.casefold()))}
    rest = folded
    for word in sorted((word for word in words if len(word) >= 4), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(_NOT_SAID.sub("", rest)) < OF_ITS_OWN


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The passwords that are tried first, in lower case."""
    lines = _FILE.read_text("ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
