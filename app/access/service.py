"""Who may use the API, and the log of who did what."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from app.access import store
from app.access.model import AuditLine, Caller, Entry, Scope, Token, digest, is_name, is_token_of, new_secret, prefix_of
from app.clock import Clock
from app.db import Database
from app.errors import BadInputError, ConflictError, NotFoundError
from app.logs import logger

_log = logger(__name__)


class TokenExistsError(ConflictError):
    """A token of this name is in use."""

    hint = "choose another name, or revoke that one first: `tributary tokens revoke NAME`"


class NoSuchTokenError(NotFoundError):
    """No token in use has this name."""

    hint = "`tributary tokens list` shows those that there are"


class Tokens:
    """Makes, checks and revokes tokens."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def create(self, name: str, scope: Scope, expires_days: int | None) -> tuple[Token, str]:
        """Make a token; it, and its text, which is nowhere else. Raises BadInputError, TokenExistsError."""
        if not is_name(name):
            raise BadInputError(
                f"{name[:40]!r} cannot be the name of a token",
                field="name",
                hint="up to 63 letters, digits and _ . @ -, the first a letter or digit; not local, nobody or api",
            )
        text, prefix = new_secret()
        scopes, now = sorted(scope.with_lesser()), self._clock.sql_now()
        with self._db.begin() as tx:
            token = store.create_token(tx, name, prefix, digest(text), scopes, expires_days, now)
        if token is None:
            raise TokenExistsError(f"a token named {name!r} is in use")
        return token, text

    def listed(self) -> list[Token]:
        """The newest thousand tokens, the revoked ones too."""
        with self._db.begin() as tx:
            return store.list_tokens(tx)

    def revoke(self, name: str) -> Token:
        """Let a token count no longer, from the next request on. Raises NoSuchTokenError."""
        with self._db.begin() as tx:
            token = store.revoke_token(tx, name, self._clock.sql_now()) if is_name(name) else None
        if token is None:
            raise NoSuchTokenError(f"no token in use is named {name[:64]!r}")
        return token

    def caller_of(self, text: str) -> Caller | None:
        """Whose token this is; None when it is nobody's, was revoked or has expired."""
        prefix = prefix_of(text)
        found = self._used(prefix, text) if prefix else None
        return Caller(found.name, found.scopes, found.prefix) if found else None

    def caller_by(self, prefix: str) -> Caller | None:
        """Who signed in with the token of this prefix; None when it was revoked or has expired."""
        found = self._used(prefix, None)
        return Caller(found.name, found.scopes, found.prefix, by_cookie=True) if found else None

    def _used(self, prefix: str, text: str | None) -> Token | None:
        now = self._clock.sql_now()
        with self._db.begin() as tx:
            found = store.find_token(tx, prefix, now)
            if not found or not found.is_valid or not (text is None or is_token_of(text, found.sha256)):
                return None
            if found.is_stale:
                store.touch_token(tx, prefix, now)
        return found.token


class Audit:
    """The log of who did what."""

    def __init__(self, db: Database, clock: Clock, kept_days: int) -> None:
        self._db = db
        self._clock = clock
        self._kept_days = kept_days

    def write(self, entry: Entry) -> None:
        """Write a line; never raises, what it tells of is done. While the database is away, the log has it."""
        try:
            with self._db.begin() as tx:
                store.write_audit(tx, entry, self._clock.sql_now())
        except (DBAPIError, NoConnectionError) as error:
            self.only_log(entry, type(error).__name__)

    @staticmethod
    def only_log(entry: Entry, why: str) -> None:
        """Tell the log of the process what the table cannot take."""
        _log.error("audit_not_stored", why=why, actor=entry.actor, action=entry.action, status=entry.status)

    def listed(self, *, before: int | None, actor: str | None, limit: int) -> list[AuditLine]:
        """Lines, the newest first."""
        with self._db.begin() as tx:
            return store.list_audit(tx, before=before, actor=actor, limit=limit)

    def remove_old(self) -> int:
        """Delete what is older than it is kept; how many lines."""
        with self._db.begin() as tx:
            return store.remove_old_audit(tx, self._kept_days, self._clock.sql_now())
