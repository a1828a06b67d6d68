"""The servers that may be connected to: those of IMPORT_ALLOWED_HOSTS, each at the address that its name once had."""

import ipaddress
import socket
from collections.abc import Sequence

from app.errors import BadInputError
from app.imports.contract import UnusableSourceError

_ANY_PORT = "*"


class AllowedHosts:
    """The entries of IMPORT_ALLOWED_HOSTS: `host` (at the usual port of its kind), `host:port` or `host:*`."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = [_parts(entry) for entry in entries]

    def must_allow(self, host: str, port: int, usual_port: int) -> None:
        """Raises BadInputError for every server that is not in the list."""
        allowed = {_ANY_PORT, str(port)} | ({""} if port == usual_port else set())
        if not any(name == _plain(host) and wanted in allowed for name, wanted in self._entries):
            raise BadInputError(
                f"the database server {host[:100]}:{port} is not allowed",
                field="source",
                hint="whoever runs this system allows servers in IMPORT_ALLOWED_HOSTS, as db.example.org:3306",
            )

    def resolve(self, host: str, port: int) -> str:
        """The address that is connected to from now on, whatever the name becomes. Raises UnusableSourceError.

        A name that leads to this machine or to a link of its own (where clouds keep credentials) is somebody's trick,
        unless the list says so itself.
        """
        try:
            found = socket.getaddrinfo(_plain(host), port, type=socket.SOCK_STREAM)
        except OSError as error:
            told = f"the name of the server cannot be resolved: {error.strerror or 'unknown'}"
            raise UnusableSourceError(told, hint="correct the name, or write its address") from None
        # What listens at `localhost` is often deaf to IPv6.
        address = str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])
        if _is_near(address) and not (_plain(host) == "localhost" or _is_address(host)):
            raise UnusableSourceError(
                f"{host[:100]} leads to {address}, which is this machine or a link of its own",
                hint="allow and name that address itself if it is meant",
            )
        return address


def _parts(entry: str) -> tuple[str, str]:
    """Host and port of an entry; an IPv6 address with a port stands in brackets."""
    entry = entry.strip()
    if entry.startswith("[") or entry.count(":") == 1:
        host, _, port = entry.rpartition(":") if not entry.endswith("]") else (entry, "", "")
        return _plain(host), port
    return _plain(entry), ""


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(_plain(host))
    except ValueError:
        return False
    return True


def _is_near(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast)
