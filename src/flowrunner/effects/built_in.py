"""The effects that every installation has."""

from __future__ import annotations

from flowrunner.effects.base import Effect
from flowrunner.effects.call import Call
from flowrunner.effects.create_account import CreateAccount
from flowrunner.effects.end_sessions import EndSessions
from flowrunner.effects.grant import Grant
from flowrunner.effects.issue_code import IssueCode
from flowrunner.effects.remember import Remember
from flowrunner.effects.revoke import Revoke
from flowrunner.effects.send import Send
from flowrunner.effects.set_password import SetPassword
from flowrunner.effects.sign_out import SignOut
from flowrunner.effects.submit import Submit
from flowrunner.effects.update_account import UpdateAccount
from flowrunner.registry import Registry

EFFECTS: Registry[Effect] = Registry(
    "effects",
    [
        IssueCode(),
        Send(),
        Remember(),
        Submit(),
        CreateAccount(),
        UpdateAccount(),
        SetPassword(),
        SignOut(),
        EndSessions(),
        Grant(),
        Revoke(),
        Call(),
    ],
)
