"""People with an account, a case that waits and two messages: what the home page is measured with."""

from __future__ import annotations

import re
from pathlib import Path

from flowrunner.service.accounts.accounts import add_account
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.server import deployment

HOME = "/en/plots/page/home"
_PASSWORD = "rain on four dry beans"  # noqa: S105 - of accounts that live for a measurement
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def cookies_of(flows: Path, data: Path, count: int) -> list[str]:
    """The cookies of so many people who are signed in, each with a case of their own and its messages."""
    settings = Settings(folder=data, flows=(flows,), data=data)
    migrate(settings)
    opened = open_services(settings, where)
    program = opened.catalogue.current("plots")
    assert program is not None
    app = deployment.application(opened)
    secret = opened.context.passwords.hash(_PASSWORD)
    cookies = []
    for number in range(count):
        email = f"person{number}@example.org"
        add_account(opened.context, program.flow, email, (), secret)
        browser = app.test_client()
        page = browser.get("/en/plots").text
        for step, typed in (
            ("", {"email": email, "name": "Ada"}),
            ("/sign_in", {"_password": _PASSWORD}),
            ("/details", {}),
        ):
            sent = {**dict(HIDDEN.findall(page)), "_button": "next", **typed}
            page = browser.post(f"/en/plots{step}", data=sent, follow_redirects=True).text
        assert "We look at your request" in page
        cookie = browser.get_cookie("session")
        assert cookie is not None
        cookies.append(cookie.value)
    opened.close()
    return cookies
