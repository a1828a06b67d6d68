"""Tokens, scopes, and who calls."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

_SHAPE = re.compile(r"trb_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}")
LOCAL = "local"
"""Who calls from this machine, where no token is needed."""
NOBODY = "nobody"
"""Who was refused without a token."""
_TAKEN = frozenset({LOCAL, NOBODY, "api"})


class Scope(StrEnum):
    """What a token may do. Each includes those before it."""

    READ = "read"
    """Look at everything but tokens and the audit log; nothing is changed and no unit is spent."""
    RUN = "run"
    """Start, move and schedule jobs: what spends units or writes into the catalogue."""
    ADMIN = "admin"
    """API keys, tokens, the audit log, and what deletes."""

    def with_lesser(self) -> frozenset["Scope"]:
        """This scope and those that it includes."""
        return frozenset(list(Scope)[: list(Scope).index(self) + 1])


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    name: str
    prefix: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A token of the database, with what it is checked by."""

    token: Token
    sha256: bytes
    is_valid: bool
    """It was not revoked, and has not expired."""
    is_stale: bool
    """That it is used was not noted within the last minute."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what he may do."""

    name: str
    scopes: frozenset[Scope]
    token: str | None = None
    """The prefix of the token."""
    by_cookie: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit log, as it is written."""

    actor: str
    action: str
    token: str | None = None
    address: str | None = None
    target: str | None = None
    status: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the audit log, as it is read."""

    id: int
    at: datetime
    entry: Entry


def new_secret() -> tuple[str, str]:
    """A token as its owner gets it, and its prefix: 256 random bits, so that a plain digest protects them."""
    prefix = secrets.token_hex(4)
    return f"trb_{prefix}_{secrets.token_urlsafe(32)}", prefix


def digest(text: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(text.encode()).digest()


def is_token_of(text: str, stored: bytes) -> bool:
    """Whether this is the token of which that is stored; the time that this takes tells nothing."""
    return compare_digest(digest(text), stored)


def prefix_of(text: str) -> str | None:
    """The prefix of what has the shape of a token."""
    match = _SHAPE.fullmatch(text)
    return match[1] if match else None


def is_name(text: str) -> bool:
    """Whether a token can have this name: one that the log would not confuse."""
    return _NAME.fullmatch(text) is not None and text not in _TAKEN
