"""API keys, the projects they belong to, and what is wrong with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FIRST_PROJECT_NUMBER = 100_000_000_000
PROJECT_NUMBERS = 900_000_000_000


class KeyState(StrEnum):
    """What the front end thinks of a key; all but `active` refuse the call before it costs anything."""

    ACTIVE = "active"
    DEAD = "dead"
    EXPIRED = "expired"
    SERVICE_DISABLED = "service_disabled"
    SERVICE_BLOCKED = "service_blocked"
    REFERRER_BLOCKED = "referrer_blocked"
    IP_BLOCKED = "ip_blocked"
    SUSPENDED = "suspended"


@dataclass
class Account:
    """A key as the emulator remembers it: never the key itself."""

    fingerprint: str
    project: str
    state: KeyState = KeyState.ACTIVE

    @property
    def project_number(self) -> str:
        """The number by which errors name the project; a project named by digits is its own number."""
        if self.project.isdigit():
            return self.project
        digest = hashlib.sha256(self.project.encode()).digest()
        return str(FIRST_PROJECT_NUMBER + int.from_bytes(digest[:8]) % PROJECT_NUMBERS)


def fingerprint(key: str) -> str:
    """How a key is named everywhere but in the request that carries it: 12 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


class Accounts:
    """Every key seen or configured. A key nobody configured is valid and a project of its own."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._accounts: dict[str, Account] = {}
        self.reset()

    def reset(self) -> None:
        """Forget every change and every key that was not configured at the start."""
        self._accounts = {}
        for key, project in self._keys.items():
            self.find(fingerprint(key)).project = project

    def find(self, key_fingerprint: str) -> Account:
        """The account of a key, made on first sight."""
        account = self._accounts.get(key_fingerprint)
        if account is None:
            account = Account(key_fingerprint, project=f"own-{key_fingerprint}")
            self._accounts[key_fingerprint] = account
        return account

    def all(self) -> list[Account]:
        """Every account known so far."""
        return list(self._accounts.values())
