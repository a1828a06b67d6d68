"""Where a table is, what was asked for in it, and what was found there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a server and a database on it. `address` is what `host` was resolved to, once."""

    path: Path | None = None
    host: str = ""
    address: str = ""
    port: int = 0
    database: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    verify_tls: bool = False
    """Refuse a server whose certificate does not prove its name; else TLS is used where the server has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A database on a server, as a request names it; without a port, the usual one of its kind is meant."""

    host: str
    database: str
    port: int | None = None
    user: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    verify_tls: bool = False

    def shown(self) -> dict[str, Any]:
        """All but the password."""
        names = ("host", "database", "port", "user", "verify_tls")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request names of a database; what it leaves out is found."""

    table: str | None = None
    key: str | None = None
    id_column: str | None = None
    title_column: str | None = None
