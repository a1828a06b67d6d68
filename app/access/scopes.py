"""Which scope each address needs: one table, which a test compares with the addresses that there are."""

from app.access.model import Scope

OPEN = frozenset({
    "/livez",
    "/readyz",
    "/health",
    # The hub of YouTube: it signs what it sends.
    "/push/callback/<callback_id>",
    # Without these nobody could sign in. They show nothing of what is stored.
    "/sign-in",
    "/sign-out",
    "/assets/<name>",
})  # fmt: skip
"""Addresses that answer without a token."""

READ_BY_ADMINS = ("/api/tokens", "/api/audit")
"""Addresses whose GET needs more than `read`, with all below them."""

WRITES = {
    Scope.RUN: (
        "/api/migrate",
        "/api/uploads",
        "/api/bulk-add-channels",
        "/api/batch-metadata",
        "/api/batch-videos",
        "/api/batch-playlists",
        "/api/batch-refresh",
        "/api/batch-discovery",
        "/api/resolve",
        "/api/test-youtube",
        "/api/jobs",
        "/api/schedules",
        "/api/push",
    ),
    Scope.ADMIN: (
        "/api/api-keys",
        "/api/tokens",
        "/api/retention",
        "/api/forget",
        "/api/forget-all",
    ),
}
"""What every other method needs at these addresses and below them."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def reads(method: str) -> bool:
    """Whether this method changes nothing."""
    return method in _READING


def needed(method: str, rule: str | None) -> Scope | None:
    """The scope that a request needs; None when anybody may make it.

    `rule` is the address as it is declared, None where there is nothing: who may not read is not told that. What
    writes and stands in no table needs the highest scope.
    """
    if rule in OPEN:
        return None
    if rule is None:
        return Scope.READ
    if reads(method):
        return Scope.ADMIN if _is_below(rule, READ_BY_ADMINS) else Scope.READ
    return next((scope for scope, addresses in WRITES.items() if _is_below(rule, addresses)), Scope.ADMIN)


def is_named(method: str, rule: str) -> bool:
    """Whether the table says something of this request, so that nothing is open or closed by oversight."""
    return rule in OPEN or reads(method) or any(_is_below(rule, addresses) for addresses in WRITES.values())


def _is_below(rule: str, addresses: tuple[str, ...]) -> bool:
    return any(rule == address or rule.startswith(f"{address}/") for address in addresses)
