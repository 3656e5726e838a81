"""Werkzeug's server, for authors at their own machine: one thread a request."""

from __future__ import annotations

import logging

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from flowrunner.errors import FlowrunnerError


def listen(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """A server that listens; `serve_forever` of what comes back answers. Port 0 takes a free one (`server_port`).

    Raises FlowrunnerError when the port cannot be used.
    """
    # Addresses can hold what somebody typed; a request is no news to an author.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        return make_server(host, port, app, threaded=True)
    except (OSError, SystemExit, OverflowError):
        raise FlowrunnerError("this port cannot be used.", where=f"{host}:{port}", way_out="Choose another.") from None
