"""Which database servers may be connected to."""

import socket

import pytest
from pydantic import SecretStr

from app.config import Settings
from app.errors import BadInputError
from app.imports.contract import UnusableSourceError
from app.imports.tables.hosts import AllowedHosts


def allows(entries: str, host: str, port: int) -> bool:
    try:
        AllowedHosts(entries.split(",")).must_allow(host, port, usual_port=3306)
    except BadInputError as error:
        return "IMPORT_ALLOWED_HOSTS" not in error.hint
    return True


@pytest.mark.parametrize(
    ("entries", "host", "port"),
    [
        ("db.example.org", "db.example.org", 3306),
        ("db.example.org", "DB.example.org.", 3306),
        ("a:1, db.example.org:3307 ", "db.example.org", 3307),
        ("db.example.org:*", "db.example.org", 9999),
        ("10.0.0.5", "10.0.0.5", 3306),
        ("2001:db8::1", "[2001:db8::1]", 3306),
        ("[2001:db8::1]:3307", "2001:db8::1", 3307),
    ],
)
def test_what_is_in_the_list(entries: str, host: str, port: int) -> None:
    assert allows(entries, host, port)


@pytest.mark.parametrize(
    ("entries", "host", "port"),
    [
        ("", "127.0.0.1", 3306),
        ("db.example.org", "db.example.org", 3307),
        ("db.example.org:3307", "db.example.org", 3306),
        ("db.example.org", "evil.db.example.org", 3306),
        ("db.example.org", "example.org", 3306),
        ("db.example.org", "db.example.org,evil", 3306),
        ("127.0.0.1", "localhost", 3306),
        ("127.0.0.1", "2130706433", 3306),
        ("127.0.0.1", "/run/mysql.sock", 3306),
        ("*", "db.example.org", 3306),
        ("[2001:db8::1]:3307", "2001:db8::1", 3306),
    ],
)
def test_what_is_not(entries: str, host: str, port: int) -> None:
    assert not allows(entries, host, port)


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, 1)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.8.8", "169.254.169.254", "0.0.0.0", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::"]
)
def test_a_name_that_leads_back_here_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    named(monkeypatch, address)
    with pytest.raises(UnusableSourceError, match="this machine or a link of its own"):
        AllowedHosts(["db.example.org"]).resolve("db.example.org", 3306)


def test_a_name_has_the_address_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "2001:db8::1", "10.0.0.5")
    assert AllowedHosts(["db.example.org"]).resolve("db.example.org", 3306) == "10.0.0.5"
    assert AllowedHosts([]).resolve("127.0.0.1", 3306) == "10.0.0.5"


@pytest.mark.parametrize(
    ("environment", "listed", "expected"),
    [
        ("production", None, []),
        ("development", None, ["127.0.0.1:*", "localhost:*"]),
        ("development", "a:1, b", ["a:1", "b"]),
        ("production", "a:1,b", ["a:1", "b"]),
    ],
)
def test_nothing_is_allowed_in_production_unless_it_is_said(
    settings: Settings, environment: str, listed: str | None, expected: list[str]
) -> None:
    changed = settings.model_copy(update={"environment": environment, "import_allowed_hosts": listed})
    assert changed.hosts_of_imports() == expected
    assert isinstance(changed.secret_key, SecretStr)
