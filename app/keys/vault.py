"""Encryption of API keys, and of other secrets: AES with an HMAC (Fernet), under a key derived from SECRET_KEY.

What is sealed begins with the id of the key that it is under, so that SECRET_KEY can be changed: what is under one of
SECRET_KEY_PREVIOUS is still read, and `keys rotate` finds it.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from app.config import Settings
from app.errors import TributaryError

API_KEYS, PUSH_SECRETS, IMPORT_SOURCES = "api keys", "push secrets", "import sources"
"""What is sealed: nothing that was sealed for one of them can be opened for another."""
_ID_DIGITS = 8


class VaultError(TributaryError):
    """A stored secret cannot be read: it was encrypted under another SECRET_KEY."""

    hint = (
        "set SECRET_KEY_PREVIOUS to the SECRET_KEY of before and run `keys rotate`; where that is lost, "
        "add the key again: its row is then encrypted anew"
    )


class Vault:
    """Seals and opens secrets; what is sealed can be stored, what is opened must never be."""

    def __init__(self, secret_key: SecretStr, purpose: str = API_KEYS, previous: Sequence[SecretStr] = ()) -> None:
        """`previous` are keys that are still read, and seal nothing any more."""
        keys = [_derived(one, purpose) for one in (secret_key, *previous)]
        self.key_id = keys[0][0]
        """Names the key that seals: digits of a one-way function of it, that of all processes which have the same."""
        self._fernet = keys[0][1]
        self._by_id = dict(reversed(keys))

    @classmethod
    def of(cls, settings: Settings, purpose: str = API_KEYS) -> Self:
        """The vault of this installation."""
        return cls(settings.secret_key, purpose, settings.previous_keys())

    @property
    def mark(self) -> str:
        """What everything begins with that is under the key which seals."""
        return f"{self.key_id}."

    def seal(self, secret: str) -> bytes:
        """The form in which a secret is stored."""
        return self.mark.encode() + self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """The secret itself. Raises VaultError."""
        for fernet, token in self._candidates(sealed):
            try:
                return fernet.decrypt(token).decode()
            except InvalidToken:
                continue
        raise VaultError

    def can_open(self, sealed: bytes) -> bool:
        """Whether it is under one of the keys that are known here."""
        try:
            self.open(sealed)
        except VaultError:
            return False
        return True

    def _candidates(self, sealed: bytes) -> Iterator[tuple[Fernet, bytes]]:
        """The key that it names; all of them for what was sealed before keys had names."""
        key_id, dot, token = sealed.partition(b".")
        if not dot:
            yield from ((fernet, sealed) for fernet in self._by_id.values())
        elif fernet := self._by_id.get(key_id.decode(errors="replace")):
            yield fernet, token


def fingerprint(api_key: str) -> str:
    """Twelve hexadecimal digits by which people tell keys apart. A key has over 200 random bits: it stays secret."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:12]


def _derived(secret_key: SecretStr, purpose: str) -> tuple[str, Fernet]:
    """The id and the key for one purpose. The id is derived apart: nothing of the key can be told from it."""
    value = secret_key.get_secret_value().encode()
    key, named = (
        HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tributary {info}".encode()).derive(value)
        for info in (purpose, f"id of {purpose}")
    )
    return named.hex()[:_ID_DIGITS], Fernet(base64.urlsafe_b64encode(key))
