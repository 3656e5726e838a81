"""Webhooks: signed HTTP calls to another system, as https://www.standardwebhooks.com/ has them.

`webhook-id` is the idempotency key: the same each time that the same call is tried, so whoever is called can tell a
second time; `webhook-timestamp` is when it was tried, against replay; `webhook-signature` is an HMAC-SHA256 over both
and the body.

The library standardwebhooks was weighed: its `sign` is the two lines of `_signed`, and takes the hour of any zone for
UTC.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol

from msgspec import Struct

from flowrunner.carriers.base import DeliveryRefused, Postponed
from flowrunner.settings import CallSettings

TIMEOUT = 10.0  # seconds for each step of a call
LATER = frozenset({408, 425, 429})


class WebhookCall(Struct, frozen=True):
    """One call. `key` makes its id, `values` is its payload, `at` when it was handed on."""

    key: str
    flow: str
    source: str
    values: Mapping[str, Any]
    at: datetime


class CallCarrier(Protocol):
    """What takes calls. `carry` raises Postponed or DeliveryRefused."""

    def carry(self, call: WebhookCall) -> None: ...


class Webhooks:
    """A `CallCarrier` to the addresses of the settings (flow → source → where). Redirects are not followed."""

    def __init__(
        self,
        targets: Mapping[str, Mapping[str, CallSettings]],
        clock: Callable[[], float] = time.time,
        timeout: float = TIMEOUT,
    ) -> None:
        self._targets = targets
        self._clock = clock
        self._timeout = timeout

    def carry(self, call: WebhookCall) -> None:
        """What answers 2xx has it; what answers 4xx never will, but for those answers that ask to come back."""
        target = self._targets.get(call.flow, {}).get(call.source)
        if target is None:
            raise DeliveryRefused("no settings")
        body = body_of(call)
        headers = {"content-type": "application/json", **self._signed(call, body, target.secret)}
        import httpx  # large, and only the worker calls

        try:
            answer = httpx.post(target.url, content=body, headers=headers, timeout=self._timeout)
        except httpx.TimeoutException as error:
            raise Postponed("late") from error
        except httpx.HTTPError as error:
            raise Postponed("unreachable") from error
        if answer.is_success:
            return
        later = answer.is_server_error or answer.status_code in LATER
        raise (Postponed if later else DeliveryRefused)(f"answer {answer.status_code}")

    def _signed(self, call: WebhookCall, body: bytes, secret: str) -> dict[str, str]:
        ident, now = id_of(call), str(int(self._clock()))
        signature = hmac.digest(secret.encode(), b".".join((ident.encode(), now.encode(), body)), "sha256")
        return {
            "webhook-id": ident,
            "webhook-timestamp": now,
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }


def id_of(call: WebhookCall) -> str:
    """The idempotency key of a call: always the same, and nothing can be read in it."""
    return f"call_{sha256(f'call:{call.key}'.encode()).hexdigest()[:40]}"


def body_of(call: WebhookCall) -> bytes:
    """What is told, as JSON; numbers are strings, because they are exact."""
    payload = {
        "id": id_of(call),
        "flow": call.flow,
        "source": call.source,
        "at": call.at.isoformat(),
        "given": {name: _plain(value) for name, value in call.values.items()},
    }
    return json.dumps(payload, ensure_ascii=True).encode("ascii")


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case tuple() | list():
            return [_plain(part) for part in value]
    # What is left is a file: what it is, and not where.
    return {"name": value.name, "kind": value.kind, "size": value.size, "digest": value.digest}
