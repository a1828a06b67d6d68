"""Encryption of API keys, and of other secrets: AES with an HMAC (Fernet), under a key derived from SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from app.errors import TributaryError


class VaultError(TributaryError):
    """A stored secret cannot be read: it was encrypted under another SECRET_KEY."""

    hint = "start with the SECRET_KEY of before, or add the key again: its row is then encrypted anew"


class Vault:
    """Seals and opens secrets; what is sealed can be stored, what is opened must never be.

    What was sealed for one purpose cannot be opened for another.
    """

    def __init__(self, secret_key: SecretStr, purpose: str = "api keys") -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tributary {purpose}".encode())
        key = derive.derive(secret_key.get_secret_value().encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, secret: str) -> bytes:
        """The form in which a secret is stored."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """The secret itself. Raises VaultError."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise VaultError from None


def fingerprint(api_key: str) -> str:
    """Twelve hexadecimal digits by which people tell keys apart. A key has over 200 random bits: it stays secret."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:12]
