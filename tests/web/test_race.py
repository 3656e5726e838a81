"""Two people press "Confirm" at once for one membership number, over HTTP, with several workers behind it."""

from __future__ import annotations

from pathlib import Path

from tests.service.conftest import count
from tests.service.putting_back import put_back, rows
from tests.service.walking import newest_code
from tests.web.accounts.walking import SIGN_UP, invited
from tests.web.conftest import House
from tests.web.racing import Racer, race, serving

ROUNDS = 50
EMAILS = ("anna@example.org", "ben@example.org")
GETS_IT, IS_TOLD = "Sign in to continue", "An account already exists"


class TestRace:
    def test_one_gets_the_account_and_the_other_one_clear_message(
        self, house: House, database_url: str, tmp_path: Path
    ) -> None:
        racers = [self.before_the_button(house, email) for email in EMAILS]
        before = rows(house.database)
        winners = [0, 0]
        with serving(tmp_path, database_url) as port:
            for _ in range(ROUNDS):
                put_back(house.database, before)
                came = race(port, racers)
                assert [statuses for statuses, _ in came] == [[303, 200]] * 2
                headings = [page.heading for _, page in came]
                assert sorted(headings) == sorted([GETS_IT, IS_TOLD])
                assert count(house.database, "accounts") == len(before["accounts"]) + 1
                winners[headings.index(GETS_IT)] += 1
        assert sum(winners) == ROUNDS

    def before_the_button(self, house: House, email: str) -> Racer:
        visitor = house.visitor()
        code = invited(visitor, email=email)
        visitor.press()
        visitor.press(fill={**SIGN_UP, "invitation_code": code})
        return Racer.before(visitor, {"verification_code": newest_code(house.cases, "verification")})
