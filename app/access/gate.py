"""The gate: what every request passes before anything else, and what is written down of it afterwards."""

from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, g, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.access import hosts, sessions
from app.access.errors import (
    ForeignPageError,
    MissingScopeError,
    NoProofError,
    NoTokenError,
    TooManyRequestsError,
    UnknownHostError,
    WrongTokenError,
)
from app.access.headers import protect
from app.access.limits import Limiter, OwnLimiter, Verdict
from app.access.model import LOCAL, NOBODY, Caller, Entry, Scope
from app.access.scopes import needed, reads
from app.access.service import Audit, Tokens
from app.config import Settings
from app.logs import redact
from app.problems import storable

_HEALTH = frozenset({"/livez", "/readyz", "/health"})
_LONGEST = 200
_HUB = "/push/callback/<callback_id>"
_STREAM = "/api/jobs/<job_id>/stream"
# A minute, of all who are refused together: enough to see that somebody tries, too little to fill the disk.
_REFUSALS_LOGGED = 20
_FROM_HERE = (
    "without a token a development API answers its own machine alone; make one with "
    "`tributary tokens create NAME --scope run`, and send it as Authorization: Bearer TOKEN"
)


@dataclass(frozen=True)
class Gate:
    """Who may pass."""

    settings: Settings
    tokens: Tokens
    audit: Audit
    limiter: Limiter

    def guard(self, app: Flask) -> None:
        """Stand before every address of this application."""
        sessions.set_up(app, self.settings.secret_key.get_secret_value())
        if self.settings.trusted_proxies:
            hops = self.settings.trusted_proxies  # each adds an address; of the scheme the last one has the word
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=1)  # type: ignore[method-assign]  # as Flask says
        refusals = OwnLimiter()
        app.before_request(self._refuse)
        app.after_request(lambda answer: self._finish(answer, refusals))

    @property
    def _is_production(self) -> bool:
        return self.settings.environment == "production"

    def _refuse(self) -> Response | None:
        """Let the request pass (None), or raise why it does not; who looks at a page is shown where to sign in."""
        rule = request.url_rule.rule if request.url_rule else None
        g.caller = None
        self._check_way(rule)
        scope = needed(request.method, rule)
        if scope is None:
            g.caller = self._who_looks() if rule in _HEALTH - {"/livez"} else None
            return None
        g.caller = self._caller()
        self._count(rule)
        if g.caller is None:
            return self._unknown()
        g.actor = g.caller.name
        g.need_admin = partial(_check_scope, g.caller, Scope.ADMIN)  # for what only a room can know
        _check_scope(g.caller, scope)
        return None

    def _check_way(self, rule: str | None) -> None:
        """By the name it asks for, and the page that makes a browser ask."""
        if rule == _HUB:
            return
        host = request.headers.get("Host", "")
        if not self._is_ours(rule, host):
            raise UnknownHostError(f"this API is not called {host[:100]!r}")
        foreign = hosts.is_foreign(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), host)
        if foreign and not reads(request.method) and not _bearer():
            raise ForeignPageError

    def _is_ours(self, rule: str | None, host: str) -> bool:
        allowed = self.settings.names_of_host()
        if self._is_production and (not allowed or rule in _HEALTH):
            return True  # a probe asks for the address of a container
        return hosts.is_one_of(host, hosts.LOOPBACK_NAMES | allowed)

    def _caller(self) -> Caller | None:
        """A token counts before a cookie; neither is needed on this machine while it is not production."""
        if (text := _bearer()) is not None:
            return self.tokens.caller_of(text)
        if (prefix := sessions.prefix()) is not None and (caller := self.tokens.caller_by(prefix)):
            return caller
        return Caller(LOCAL, Scope.ADMIN.with_lesser()) if self._is_local() else None

    def _who_looks(self) -> Caller | None:
        """Who asks how the system is: that must be answered when nobody can be looked up."""
        try:
            return self._caller()
        except (DBAPIError, NoConnectionError):
            return None

    def _is_local(self) -> bool:
        """A request that was handed on comes from somewhere else, whoever hands it on."""
        if self._is_production or not hosts.is_loopback(request.remote_addr):
            return False
        return bool(self.settings.trusted_proxies) or not {"X-Forwarded-For", "Forwarded"} & set(request.headers.keys())

    def _count(self, rule: str | None) -> None:
        caller: Caller | None = g.caller
        if rule == _STREAM or (caller and caller.token is None):
            return
        if caller:
            self.count(f"token:{caller.token}", self.settings.rate_limit_per_minute)
        else:
            self.count(f"address:{hosts.counted_as(request.remote_addr)}", self.settings.rate_limit_without_token)

    def count(self, who: str, limit: int) -> None:
        """Count a request against a limit, of which the answer will tell. Raises TooManyRequestsError."""
        if limit == 0:
            return
        g.verdict = self.limiter.take(who, limit)
        if not g.verdict.allowed:
            raise TooManyRequestsError(f"more than {limit} requests a minute")

    def _unknown(self) -> Response:
        """For a person who looks at a page, the one to sign in at; for all others an error."""
        if _bearer() is not None:
            g.challenge = ', error="invalid_token"'
            raise WrongTokenError
        g.challenge = ""
        if reads(request.method) and _wants_page():
            return Response(render_template("sign_in.html", next=_here(), caller=None, wrong=""), 401)
        raise NoTokenError(hint="" if self._is_production else _FROM_HERE)

    def _finish(self, answer: Response, refusals: Limiter) -> Response:
        protect(answer, production=self._is_production)
        if (challenge := g.get("challenge")) is not None:
            answer.headers["WWW-Authenticate"] = f'Bearer realm="tributary"{challenge}'
        if (verdict := g.get("verdict")) is not None:
            _tell_limit(answer, verdict)
        if _is_noted(answer, refusals):
            entry = _entry(answer)
            if answer.status_code == 503:  # noqa: PLR2004 - the database was just found to be away
                self.audit.only_log(entry, "the request was answered 503")
            else:
                self.audit.write(entry)
        return answer


def _check_scope(caller: Caller, scope: Scope) -> None:
    if scope not in caller.scopes:
        g.challenge = f', error="insufficient_scope", scope="{scope}"'
        hint = f"`tributary tokens create NAME --scope {scope}` on the server makes one that may"
        raise MissingScopeError(f"this needs the scope {scope!s}; {caller.name} has not got it", hint=hint)
    if caller.by_cookie and not reads(request.method) and not sessions.has_proof():
        raise NoProofError


def _bearer() -> str | None:
    """The token of the Authorization header; what is there and is no bearer token is a wrong one."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    kind, _, text = header.partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def _wants_page() -> bool:
    """Browsers would rather have a page than JSON; programs take anything."""
    return request.accept_mimetypes["text/html"] > request.accept_mimetypes["application/json"]


def _here() -> str:
    path = request.full_path.removesuffix("?")
    return path if hosts.is_local_path(path) else ""


def _tell_limit(answer: Response, verdict: Verdict) -> None:
    """Retry-After is what programs rely on; the rest is draft 11 of the IETF's RateLimit headers."""
    answer.headers["RateLimit-Policy"] = f'"minute";q={verdict.limit};w=60'
    answer.headers["RateLimit"] = f'"minute";r={verdict.remaining};t={verdict.wait}'
    if not verdict.allowed:
        answer.headers["Retry-After"] = str(verdict.wait)


def _is_noted(answer: Response, refusals: Limiter) -> bool:
    """Whether the audit log has a line for this: what changes something, and, within bounds, strangers and refusals."""
    if request.url_rule is None or request.url_rule.rule == _HUB:
        return False
    refused = answer.status_code in {401, 403, 421}
    if answer.status_code == 429 or not (refused or not reads(request.method)):  # noqa: PLR2004 - refused too often
        return False
    known = g.get("caller") is not None and not refused
    return known or refusals.take("all", _REFUSALS_LOGGED).allowed


def _short(text: str) -> str | None:
    return storable(redact(text[: 20 * _LONGEST]))[:_LONGEST] or None


def _entry(answer: Response) -> Entry:
    caller: Caller | None = g.get("caller")
    rule = request.url_rule.rule if request.url_rule else ""
    parts = map(str, (request.view_args or {}).values())
    target = g.get("target") or answer.headers.get("Location") or "/".join(parts)
    return Entry(
        actor=caller.name if caller else NOBODY,
        token=caller.token if caller else None,
        address=_short(request.remote_addr or ""),
        action=f"{request.method} {rule}",
        target=_short(target),
        status=answer.status_code,
        request_id=g.get("request_id"),
    )
