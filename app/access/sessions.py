"""Browsers that are signed in: a signed cookie that stands for a token, and the proof that a form is ours.

The cookie holds the prefix of the token, which is no secret, and never the token: what it may do is looked up with
every request, so that a revoked token is signed out at once. It also holds a random word that only pages of ours can
show (a synchronizer token): what writes by cookie repeats it in the field `csrf_token` or the header X-CSRF-Token.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface

_LASTS = timedelta(hours=12)
_FORM = "application/x-www-form-urlencoded"


class _Cookies(SecureCookieSessionInterface):
    """Flask's own, but for TLS: the cookie is for it alone where the request came by it."""

    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


def set_up(app: Flask, secret_key: str) -> None:
    """Let this application sign cookies, with a key that is for nothing else."""
    app.secret_key = hmac.digest(secret_key.encode(), b"cookies of tributary", "sha256")
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="tributary",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_LASTS,
    )


def begin(prefix: str) -> None:
    """Sign in by the token with this prefix."""
    session.clear()
    session.permanent = True
    session["token"] = prefix
    session["csrf"] = secrets.token_urlsafe(24)


def end() -> None:
    """Sign out."""
    session.clear()


def prefix() -> str | None:
    """The prefix of the token that this browser signed in with; None when it has not."""
    found = session.get("token")
    return found if isinstance(found, str) else None


def proof() -> str:
    """What a form of ours carries in `csrf_token`; empty when nobody is signed in."""
    return str(session.get("csrf", ""))


def has_proof() -> bool:
    """Whether this request carries the proof. A file is not read for it: it sends the header."""
    sent = request.headers.get("X-CSRF-Token", "")
    if not sent and request.mimetype == _FORM:
        sent = request.form.get("csrf_token", "")
    return bool(proof()) and hmac.compare_digest(sent.encode(), proof().encode())
