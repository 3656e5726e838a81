"""Sealing what people typed: AES-256-GCM, bound to its row, with a data key for each case and account.

A data key is wrapped by a master key and stands beside what it seals, so destroying it destroys all of it.
Layout of what is sealed: 12 bytes of nonce, ciphertext. Of a wrapped key: id of the master key, a NUL, the same.

Tink was weighed: it does the same over key sets of its own format, with a library in C++ for the thirty lines here;
Fernet binds what it seals to nothing.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flowrunner.errors import FlowrunnerError
from flowrunner.store.sealing.keys import Keys

NONCE = 12


class Broken(FlowrunnerError):
    """Something sealed was changed, or moved to another row."""


def new_key() -> bytes:
    """A data key."""
    return AESGCM.generate_key(256)


def wrap(keys: Keys, key: bytes, row: str) -> bytes:
    """A data key as it is stored in `row` ("cases:<id>")."""
    return keys.current.encode("ascii") + b"\0" + seal(keys.master(keys.current), key, f"key:{row}")


def unwrap(keys: Keys, wrapped: bytes, row: str) -> bytes:
    """Raises Broken and NoKey."""
    return unseal(keys.master(master_of(wrapped)), wrapped.partition(b"\0")[2], f"key:{row}")


def master_of(wrapped: bytes) -> str:
    """The id of the master key that a data key is wrapped with."""
    return wrapped.partition(b"\0")[0].decode("ascii", "replace")


def rewrap(keys: Keys, wrapped: bytes, row: str) -> bytes:
    """The same data key under the current master key; the row's own seal stays as it is."""
    return wrap(keys, unwrap(keys, wrapped, row), row)


def seal(key: bytes, value: bytes, row: str) -> bytes:
    """`value` sealed for `row` and readable nowhere else."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, row.encode())


def unseal(key: bytes, sealed: bytes, row: str) -> bytes:
    """Raises Broken."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], row.encode())
    except (InvalidTag, ValueError) as error:
        raise Broken("what is stored cannot be opened.", where=row.partition(":")[0]) from error
