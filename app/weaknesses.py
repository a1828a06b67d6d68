"""Secrets that protect nothing: those that everybody knows, and those that are too simple."""

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_FEW_CHARACTERS = 8
_RUNS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONG_RUN = 8
_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|::1|")
# Letters and digits of what tutorials, examples and other projects ship; by chance none of it is in a random key.
_SHIPPED = re.compile(
    r"change(me|this)|tobechanged|replaceme|yoursecret|mysecret|(very|super)secret|thisisa?secret|thisismy|"
    r"^(secretkey)+\d*$|insecure|default|example|password|passw0rd|placeholder|notasecret|youtube123"
)
_KNOWN_PASSWORD = re.compile(
    r"youtube(123)?|postgres(ql)?|(your|my|mysecret)?passwor[dt]\d{0,4}|passwd|pass|passw0rd|secret|admin(istrator)?|root|"
    r"redis|valkey|guest|user|test|default|example|changeme|tributary|database|db|qwerty|letmein|welcome|foobared|[1-9]{1,9}"
)
# Other ways to prove who one is that libpq knows.
_OTHER_PROOFS = frozenset({"passfile", "sslcert", "service"})


def weak_secret(text: str) -> str | None:
    """What is wrong with a key; None where nothing is seen."""
    lower = _letters(text)
    if _SHIPPED.search(lower):
        return "is one that everybody knows"
    runs = (_RUNS[at : at + _LONG_RUN] for at in range(len(_RUNS) - _LONG_RUN + 1))
    if len(set(text)) < _FEW_CHARACTERS or any(run in lower for run in runs):
        return "is too simple: it repeats or counts up"
    return None


def weak_password(url: str) -> str | None:
    """What is wrong with the password in the address of a server; None where nothing is seen.

    Without one, only a server on this machine may be asked, which then knows by itself who asks.
    """
    try:
        parts = urlsplit(url)
        password, user = unquote(parts.password or ""), unquote(parts.username or "")
    except ValueError:
        return "is not an address"
    if parts.scheme == "https":
        return None  # not the address of such a server: that is told elsewhere, with what it should be
    if not password:
        return None if _is_here(parts) or _OTHER_PROOFS & parse_qs(parts.query).keys() else "has no password"
    if _KNOWN_PASSWORD.fullmatch(_letters(password)) or password.lower() == user.lower():
        return "has a password that everybody knows"
    return "has a password that is too simple" if len(set(password)) < 3 else None  # noqa: PLR2004 - `aaaaaa`, `1212`


def _letters(text: str) -> str:
    """Without case and signs: `Change-Me` is `changeme`."""
    return re.sub(r"[\W_]", "", text.lower())


def _is_here(parts: SplitResult) -> bool:
    """A socket file counts too: it has no host, or names its folder as one."""
    host = parts.hostname or ""
    return bool(_LOOPBACK.fullmatch(host)) or unquote(host).startswith("/") or parts.scheme == "unix"
