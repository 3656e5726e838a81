"""An outcome that was reached by a slip of the keyboard is no dead end."""

from __future__ import annotations

import pytest

from tests.web.conftest import House, Visitor
from tests.web.test_registration import GOOD

SLIPS = {
    "sign_in_instead": {"email": "representative@example.org"},
    "other_email": {"regulator": "lsbc", "membership_number": "10002"},
    "account_needs_help": {"regulator": "nsbs", "membership_number": "10005"},
    "start_again": {"email": "lapsed@example.org"},
    "client_found": {"email": "client@example.org"},
    "standing_problem": {"membership_number": "R706938"},
}


class TestWayBack:
    @pytest.mark.parametrize("outcome", SLIPS)
    def test_back_then_the_right_answers(self, house: House, visitor: Visitor, outcome: str) -> None:
        visitor.open("/en/registration")
        visitor.press()
        page = visitor.press(fill={**GOOD, **SLIPS[outcome]})
        assert visitor.path == f"/en/registration/{outcome}"
        (back,) = (link["href"] for link in page.all("a") if link.words.strip() == "Back")
        again = visitor.open(back)
        assert {name: again.form()[name] for name in SLIPS[outcome]} == {k: [v] for k, v in SLIPS[outcome].items()}
        visitor.press(fill=GOOD)
        assert visitor.path == "/en/registration/invitation"
        assert house.count("cases") == 1
