"""What must be readable nowhere."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from flowrunner.service.sessions.passwords import Passwords
from flowrunner.store import accounts
from tests.service.walking import newest_code
from tests.web.accounts.walking import (
    PASSWORD,
    SIGN_IN,
    Clock,
    signed_up,
)
from tests.web.conftest import House, Visitor


class TestSecrets:
    def test_nothing_can_be_read_at_rest_or_in_a_log(
        self, visitor: Visitor, house: House, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        code = signed_up(visitor)
        secrets = {code, PASSWORD, newest_code(house.cases, "verification")}
        visitor.press(_password=PASSWORD)
        secrets.add(newest_code(house.cases, "sign_in"))
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        other = house.visitor()
        other.open("/en/recover_account")
        other.press(email="you@example.org")
        secrets.add(newest_code(house.cases, "account_recovery"))
        secrets |= {"you@example.org", "Tremblay", visitor.cookie()}
        stored = house.dump()
        for secret in secrets:
            assert secret.encode() not in stored
            assert secret not in caplog.text
            assert not any(secret in address for address in visitor.seen + other.seen)
        # The check can fail: what stands in a plain column is found.
        assert b"access_request" in stored

    def test_a_hash_of_older_parameters_is_made_anew(self, visitor: Visitor, house: House) -> None:
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        house.set_hash("client@example.org", old)
        visitor.open(SIGN_IN)
        visitor.press(email="client@example.org", _password=PASSWORD)
        with house.database.reading() as transaction:
            row = accounts.by_sign_in(transaction, "client@example.org")
        assert row is not None
        assert row.password is not None
        assert not Passwords().is_outdated(row.password)
