"""A unit for the test of one key: out of the same ledger as every other, and of no other key's project."""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection

from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.keys import store
from app.keys.model import Block, NoQuotaError, UnknownKeyError
from app.keys.service import pasted
from app.keys.vault import Vault, fingerprint

_STRANGER = 0
"""In place of an id: the key is not stored."""


class TrialUnits:
    """Reserves one unit for a test, whether the key is switched on or not."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._vault = Vault.of(settings)
        self._limits = settings.youtube_quota
        self._pace = settings.api_rate_limit_delay

    def take(self, key_id: int, bucket: str) -> Block:
        """A unit for a stored key. Raises UnknownKeyError, VaultError, and NoQuotaError where its project has none."""
        with self._db.begin() as tx:
            store.hold_buckets(tx, [bucket])
            key = store.read_sealed(tx, key_id)
            if key is None:
                raise UnknownKeyError(f"there is no key {key_id}")
            secret = self._vault.open(bytes(key["encrypted_key"]))
            return Block(
                **self._one(tx, key["project_id"], key_id, bucket), secret=secret, fingerprint=key["fingerprint"]
            )

    def stored(self, secret: SecretStr) -> int | None:
        """The id of the stored key that this is; None where it is not stored. Raises BadInputError."""
        with self._db.begin() as tx:
            return store.key_of_fingerprint(tx, fingerprint(pasted(secret)))

    def take_for(self, secret: SecretStr, bucket: str) -> Block:
        """A unit for a key that is not stored. Raises BadInputError and NoQuotaError.

        A project of its own pays; when the key is stored, that joins the project which the key has then.
        """
        value = pasted(secret)
        told = fingerprint(value)
        with self._db.begin() as tx:
            store.hold_buckets(tx, [bucket])
            row = self._one(tx, store.project_of_trial(tx, told), _STRANGER, bucket)
        return Block(**row, secret=value, fingerprint=told)

    def _one(self, tx: Connection, project_id: int, key_id: int, bucket: str) -> dict[str, Any]:
        now = self._clock.sql_now()
        row = store.take_one(
            tx, project_id, key_id, bucket=bucket, quota_limit=self._limits[bucket], pace=self._pace, now=now
        )
        if row is None:
            resets_at = store.read_outlook(tx, bucket=bucket, quota_limit=0, now=now).resets_at
            raise NoQuotaError("the units that its project has a day are spent", resets_at, resets_at)
        return row
