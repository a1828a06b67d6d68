"""By which names and from where the API is asked."""

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/\[\]@]+)(?::\d{1,5})?", re.IGNORECASE)


def is_one_of(host: str, allowed: Collection[str]) -> bool:
    """Whether a Host header, with or without a port, is one of these names; `.example.org` allows what ends so."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = match[1].lower().removesuffix(".")
    return any(name == one or (one.startswith(".") and name.endswith(one)) for one in allowed)


def is_loopback(address: str | None) -> bool:
    """Whether this is an address of this machine; a socket file has none, so nobody knows who is behind it."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def counted_as(address: str | None) -> str:
    """What an address is counted as: whoever has one of IPv6 has all of its /64."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)  # noqa: PLR2004 - IPv6


def is_foreign(fetch_site: str | None, origin: str | None, host: str) -> bool:
    """Whether a browser says that a page of another site makes this request.

    Every browser since 2023 says it in Sec-Fetch-Site; older ones name the page's site in Origin with all that writes.
    Programs that are no browsers say neither, and nobody can make them ask against their will.
    """
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()


def is_local_path(text: str) -> bool:
    r"""Whether this leads to a page of ours: `//host` and `/\host` do not, for a browser."""
    return bool(re.fullmatch(r"/(?![/\\])[!-\[\]-~]{0,2000}", text))
