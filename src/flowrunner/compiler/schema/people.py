"""Who acts, what an account is, what is kept, and the messages that are sent."""

from __future__ import annotations

from flowrunner import json_schema as schema
from flowrunner.json_schema import Schema, described


def role() -> Schema:
    """A role."""
    return schema.mapping({"staff": schema.yes_no("true: acts at the desk.")})


def accounts() -> Schema:
    """What an account is."""
    return schema.mapping(
        {
            "sign_in_with": schema.name("The field that a person signs in with."),
            "profile": described(schema.names(), "The answers that an account keeps."),
            "unique": schema.array_of(
                schema.names(), "Answers that only one account may have; each a list of fields.", least=1
            ),
            "confirm_sign_in": schema.name("The code that is sent to confirm signing in."),
            "sign_out_after": schema.duration("How long without a move before the session ends."),
            "recover": described(flow_name(), "The flow by which a person who cannot sign in gets a new password."),
        },
        ["sign_in_with"],
    )


def retention() -> Schema:
    """How long cases are kept."""
    return schema.mapping(
        {
            "undecided": schema.duration("How long an undecided case is kept after its last use."),
            "decided": schema.duration("How long a decided case is kept after its last use."),
        }
    )


def message() -> Schema:
    """An e-mail, account message or letter."""
    by = schema.array_of(schema.one_of(["email", "account", "letter"]), "How it is sent.", least=1)
    return schema.mapping(
        {
            "by": by,
            "languages": described(
                {"type": list(schema.SCALAR), "enum": ["all"]}, "all: every language in one message."
            ),
            "to": schema.expression("The address, when it is not the sign-in e-mail."),
            "subject": schema.text("Its subject."),
            "body": schema.text("Its words."),
        },
        ["by", "subject", "body"],
    )


def flow_name() -> Schema:
    """The name of a flow or part."""
    return schema.scalar(pattern=schema.FLOW_NAME)
