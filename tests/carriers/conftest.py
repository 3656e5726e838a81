"""The mail server of these tests."""

from tests.mail_server import closed_port, mail_server

__all__ = ["closed_port", "mail_server"]
