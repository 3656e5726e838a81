"""Wiring: the application, its headers, its cookies and its log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from flowrunner.service.deployment import Services
from flowrunner.service.log import TOLD, fault
from flowrunner.web import downloads, errors, front_page, tray
from flowrunner.web.accounts import account_pages as places
from flowrunner.web.accounts import messages
from flowrunner.web.accounts import sign_in_pages as account_pages
from flowrunner.web.cases import pages
from flowrunner.web.desk import pages as desk_pages
from flowrunner.web.desk.row_cache import ROWS, RowCache
from flowrunner.web.languages import COOKIE, name_of, other_address
from flowrunner.web.page.page_cache import PAGES, PageCache
from flowrunner.web.page.template_cache import LOADER, OPTIONS
from flowrunner.web.request import log, visitor
from flowrunner.web.request.body import BODIES, ReceivingRequest
from flowrunner.web.request.cookies import Cookies
from flowrunner.web.request.forms import CSRF
from flowrunner.web.request.headers import Guarded
from flowrunner.web.request.log import Watcher
from flowrunner.web.site import SERVICES, SITE, Site

_log = logging.getLogger("flowrunner.web")

_YEAR = 365 * 24 * 3600


class Application(Flask):
    """Flask with a log that never holds what somebody typed, and requests whose files come no further than asked."""

    request_class = ReceivingRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing of ours is asynchronous, and Flask looks at each function for each request."""
        return func

    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        """Where it happened and of what kind, without the message and without values."""
        kind, _, at = exc_info
        _log.error("%s failed: %s", request.endpoint, fault(kind, at), extra={TOLD: {"id": g.get("request_id", "")}})


def create_app(site: Site, services: Services, watchers: Iterable[Watcher] = ()) -> Flask:
    """The application of one deployment. Every request is told to the watchers."""
    app = Application(__name__, static_folder="static", static_url_path="/static")
    app.config.update(_configuration(site))
    app.session_interface = Cookies()
    app.extensions[SERVICES] = services
    app.extensions[SITE] = site
    app.extensions[BODIES] = BoundedSemaphore(site.bodies_at_once)
    app.jinja_loader = LOADER
    for option, value in OPTIONS.items():
        setattr(app.jinja_env, option, value)
    app.extensions[PAGES] = PageCache(app.jinja_env)
    app.extensions[ROWS] = RowCache()
    app.jinja_env.globals.update(
        site=site, name_of=name_of, other_address=other_address, session_line=visitor.session_line
    )
    app.url_map.strict_slashes = True
    log.register_log(app, watchers, trust_id=site.proxies > 0)
    CSRFProtect(app)
    app.register_blueprint(front_page.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(account_pages.blueprint)
    app.register_blueprint(desk_pages.blueprint)
    app.register_blueprint(places.blueprint)
    app.register_blueprint(messages.blueprint)
    if site.tray is not None:
        app.register_blueprint(tray.blueprint)
    errors.register_error_pages(app)
    app.after_request(lambda response: _finish(response, site))
    app.wsgi_app = Guarded(app.wsgi_app, https=site.https)  # type: ignore[method-assign]
    if site.proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=site.proxies, x_proto=site.proxies, x_host=site.proxies)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    return app


def _configuration(site: Site) -> dict[str, Any]:
    return {
        "SECRET_KEY": site.secret,
        "TRUSTED_HOSTS": list(site.hosts) or None,
        "MAX_CONTENT_LENGTH": site.max_body,
        "MAX_FORM_MEMORY_SIZE": site.max_body,
        "MAX_FORM_PARTS": 1_000,
        "SESSION_COOKIE_NAME": "__Host-session" if site.https else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": site.https,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "WTF_CSRF_FIELD_NAME": CSRF,
        # The token lives as long as the session that it belongs to.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _finish(response: Response, site: Site) -> Response:
    headers = response.headers
    if response.location is not None:
        _stay_here(response)
    if response.mimetype == "text/html":
        if "Cache-Control" not in headers:
            headers.add("Cache-Control", "no-cache")
        _remember_language(response, site)
    return response


def _stay_here(response: Response) -> None:
    """Flask leads to the host that was asked for, where a slash is missing; anybody can write that into a request."""
    target = urlsplit(response.headers["Location"])
    if target.netloc and target.netloc == request.host:
        response.headers["Location"] = urlunsplit(("", "", target.path, target.query, ""))
        response.set_data(b"")


def _remember_language(response: Response, site: Site) -> None:
    language = (request.view_args or {}).get("language")
    if response.status_code == 200 and language and request.cookies.get(COOKIE) != language:
        response.set_cookie(COOKIE, language, max_age=_YEAR, secure=site.https, httponly=True, samesite="Lax")
