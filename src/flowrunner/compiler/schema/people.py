"""Who acts, what an account is, what is kept, and the messages that are sent."""

from __future__ import annotations

from flowrunner.json_schema import (
    FLOW_NAME,
    SCALAR,
    Schema,
    array_of,
    duration,
    expression,
    mapping,
    name,
    names,
    one_of,
    said,
    scalar,
    text,
    yes_no,
)


def role() -> Schema:
    """A role."""
    return mapping({"staff": said(yes_no(), "true: acts at the desk.")})


def accounts() -> Schema:
    """What an account is."""
    return mapping(
        {
            "sign_in_with": said(name(), "The field that a person signs in with."),
            "profile": said(names(), "The answers that an account keeps."),
            "unique": said(
                array_of(names(), least=1), "Answers that only one account may have; each a list of fields."
            ),
            "confirm_sign_in": said(name(), "The code that is sent to confirm signing in."),
            "sign_out_after": said(duration(), "How long without a move before the session ends."),
            "recover": said(flow_name(), "The flow by which a person who cannot sign in gets a new password."),
        },
        ["sign_in_with"],
    )


def retention() -> Schema:
    """How long cases are kept."""
    return mapping(
        {
            "undecided": said(duration(), "How long an undecided case is kept after its last use."),
            "decided": said(duration(), "How long a decided case is kept after its last use."),
        }
    )


def message() -> Schema:
    """An e-mail, account message or letter."""
    by = said(array_of(one_of(["email", "account", "letter"]), least=1), "How it is sent.")
    return mapping(
        {
            "by": by,
            "languages": said({"type": list(SCALAR), "enum": ["all"]}, "all: every language in one message."),
            "to": said(expression(), "The address, when it is not the sign-in e-mail."),
            "subject": said(text(), "Its subject."),
            "body": said(text(), "Its words."),
        },
        ["by", "subject", "body"],
    )


def flow_name() -> Schema:
    """The name of a flow or part."""
    return scalar(pattern=FLOW_NAME)
