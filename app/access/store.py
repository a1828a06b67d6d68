"""The SQL of access."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from app.access.model import AuditLine, Entry, Found, Scope, Token
from app.db import Queries

Q = Queries("access")


def create_token(
    tx: Connection, name: str, prefix: str, sha256: bytes, scopes: list[Scope], days: int | None, now: datetime | None
) -> Token | None:
    """Write a token; None where one of this name is in use."""
    values = {"name": name, "prefix": prefix, "sha256": sha256, "scopes": scopes, "days": days, "now": now}
    row = tx.execute(Q["create_token"], values).one_or_none()
    return _token(row) if row else None


def find_token(tx: Connection, prefix: str, now: datetime | None) -> Found | None:
    """The token with this prefix."""
    row = tx.execute(Q["find_token"], {"prefix": prefix, "now": now}).one_or_none()
    return Found(_token(row), bytes(row.sha256), row.is_valid, row.is_stale) if row else None


def touch_token(tx: Connection, prefix: str, now: datetime | None) -> None:
    """Note that a token is used, unless that was noted within the last minute."""
    tx.execute(Q["touch_token"], {"prefix": prefix, "now": now})


def list_tokens(tx: Connection) -> list[Token]:
    """The newest thousand tokens, the revoked ones too."""
    return [_token(row) for row in tx.execute(Q["list_tokens"])]


def revoke_token(tx: Connection, name: str, now: datetime | None) -> Token | None:
    """Let a token count no longer; None where no token in use has this name."""
    row = tx.execute(Q["revoke_token"], {"name": name, "now": now}).one_or_none()
    return _token(row) if row else None


def write_audit(tx: Connection, entry: Entry, now: datetime | None) -> None:
    """Write a line."""
    tx.execute(Q["write_audit"], {**asdict(entry), "now": now})


def list_audit(tx: Connection, *, before: int | None, actor: str | None, limit: int) -> list[AuditLine]:
    """Lines, the newest first."""
    found = tx.execute(Q["list_audit"], {"before": before, "actor": actor, "limit": limit})
    return [_line(row) for row in found]


def remove_old_audit(tx: Connection, days: int, now: datetime | None) -> int:
    """Delete the lines that are older; how many."""
    return tx.execute(Q["remove_old_audit"], {"days": days, "now": now}).rowcount


def _line(row: Row[Any]) -> AuditLine:
    entry = Entry(
        actor=row.actor,
        action=row.action,
        token=row.token,
        address=row.address,
        target=row.target,
        status=row.status,
        request_id=row.request_id,
    )
    return AuditLine(row.id, row.at, entry)


def _token(row: Row[Any]) -> Token:
    return Token(
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
