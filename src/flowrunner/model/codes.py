"""One-time codes (OTP): their value is derived from a nonce and a key (HMAC) and is never stored.

So a code can be shown or sent again unchanged, and nobody can read it in the database. (ITSP.30.031 and
NIST SP 800-63B: accepted once, few tries, short life.)

pyotp was weighed: its codes come from a clock or a counter that a device shares; these come from a nonce and are sent.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import date, datetime

from flowrunner.model.case import CodeState, Value
from flowrunner.model.flow import Code
from flowrunner.model.record import replace

ALPHABETS = {
    "digits": "0123456789",
    # Without I, O, 0 and 1, which are taken for one another.
    "unambiguous": "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
}
Seal = Callable[[str, bytes], bytes]


class ShownCode(str):
    """The value of a code as an expression reads it: itself, or its `expires`."""

    expires: datetime | None

    def __new__(cls, value: str, expires: datetime | None) -> ShownCode:
        code = super().__new__(cls, value)
        code.expires = expires
        return code

    def get(self, key: str, default: Value = None) -> Value:
        return {"value": str(self), "expires": self.expires}.get(key, default)

    def __getitem__(self, key: object) -> str:
        return self.get(key) if isinstance(key, str) else super().__getitem__(key)  # type: ignore[return-value,index]


def derive(code: Code, state: CodeState, case_id: str, bound: Iterable[Value], seal: Seal) -> str:
    """The value of a code of this case: the same until its nonce, key or one of the `bound` answers changes."""
    message = "\x1f".join([case_id, code.name, state.nonce, *(repr(value) for value in bound)])
    number = int.from_bytes(seal(state.key_id, message.encode()), "big")
    letters = ALPHABETS[code.alphabet]
    characters = []
    for _ in range(code.length):
        number, place = divmod(number, len(letters))
        characters.append(letters[place])
    return "".join(characters)


def same(typed: str, value: str) -> bool:
    """Compare in constant time, whatever spaces, hyphens and case were typed."""
    bare = typed.replace(" ", "").replace("-", "").upper()
    return hmac.compare_digest(bare.encode("utf-8", "surrogatepass"), value.encode())


def wrong_today(state: CodeState, today: date) -> int:
    """How many wrong tries were made on this day, over all re-issues."""
    return state.wrong_on[1] if state.wrong_on and state.wrong_on[0] == today else 0


def used_up(code: Code, state: CodeState, today: date) -> bool:
    """Whether no try is left, of this value or of this day."""
    too_many = code.tries is not None and state.wrong >= code.tries
    return too_many or (code.tries_a_day is not None and wrong_today(state, today) >= code.tries_a_day)


def blocked_today(code: Code, state: CodeState, today: date) -> bool:
    """Whether the day's tries are spent, so that even a new value would not help before tomorrow."""
    return code.tries_a_day is not None and wrong_today(state, today) >= code.tries_a_day


def live(code: Code, state: CodeState | None, now: datetime, expires: datetime | None) -> bool:
    """Whether this value can still be shown, sent again and used, tries of the day aside."""
    if state is None or state.spent is not None:
        return False
    if expires is not None and now > expires:
        return False
    return code.tries is None or state.wrong < code.tries


def count_wrong(state: CodeState, today: date) -> CodeState:
    """The state after one more wrong try."""
    return replace(state, wrong=state.wrong + 1, wrong_on=(today, wrong_today(state, today) + 1))
