"""Making an account: which passwords are taken, and that it signs nobody in."""

from __future__ import annotations

import pytest

from flowrunner.store import accounts, cases
from tests.web.accounts.walking import (
    SIGN_IN,
    SIGN_UP,
    at_terms,
    invited,
    signed_up,
    words,
)
from tests.web.conftest import Visitor


class TestSigningUp:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_from_the_invitation_to_the_terms(self, visitor: Visitor, language: str) -> None:
        before = visitor.house.count("accounts")
        at_terms(visitor, language)
        assert visitor.house.count("accounts") == before + 1
        token = visitor.cookie()
        with visitor.house.database.reading() as transaction:
            row = accounts.by_sign_in(transaction, "you@example.org")
        assert row is not None
        assert row.password is not None
        assert row.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        account = visitor.house.cases.visitor(token, "registration").account
        assert account is not None
        with visitor.house.database.reading() as transaction:
            (own,) = cases.of_account(transaction, account.id, "registration", limit=10)
        assert own.step == "terms"

    def test_making_an_account_signs_nobody_in(self, visitor: Visitor) -> None:
        signed_up(visitor)
        assert visitor.house.cases.visitor(visitor.cookie(), "registration").account is None

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("password1234", "tried first"),
            ("qwertyuiop12", "tried first"),
            ("tremblay2024!", "your name"),
            ("you@example.org", "your email address"),
            ("short", "12 characters"),
            ("x" * 129, "128 characters"),
        ],
    )
    def test_a_password_is_refused_with_its_reason(self, visitor: Visitor, password: str, said: str) -> None:
        code = invited(visitor)
        visitor.press()
        fill = {**SIGN_UP, "invitation_code": code, "password": password, "confirm_password": password}
        page = visitor.press(fill=fill)
        assert visitor.status == 422
        assert said in words(page)
        assert not any(box["value"] for box in page.controls if box["type"] == "password")

    @pytest.mark.parametrize(
        "password", ["passe-partout gris 77", "\N{GRINNING FACE} un chat dort là", "x" * 64 + "yz7 dort"]
    )
    def test_any_characters_make_a_password(self, visitor: Visitor, password: str) -> None:
        code = invited(visitor)
        visitor.press()
        visitor.press(fill={**SIGN_UP, "invitation_code": code, "password": password, "confirm_password": password})
        assert visitor.path.endswith("/confirm_sign_up")

    def test_managers_know_which_box_is_which(self, visitor: Visitor) -> None:
        invited(visitor)
        page = visitor.press()
        found = {box["name"]: (box["type"], box["autocomplete"]) for box in page.controls}
        assert found["password"] == found["confirm_password"] == ("password", "new-password")
        page = visitor.open(SIGN_IN)
        found = {box["name"]: (box["type"], box["autocomplete"]) for box in page.controls}
        assert found == {"email": ("email", "username"), "_password": ("password", "current-password")}
