"""Who pays: API keys, their projects, and the ledger that never under-counts.

Units are reserved in a transaction of their own before a call leaves. A process that dies leaves its block reserved:
the ledger then counts at most one block too many, never one too few.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.clock import Clock
from app.config import EnvironmentKey, Settings
from app.db import Database
from app.errors import BadInputError
from app.keys import store
from app.keys.model import (
    NO_KEY,
    Block,
    Change,
    Key,
    KeyNotUsableError,
    KeyStaysError,
    NoQuotaError,
    Outlook,
    SpentLately,
    UnknownKeyError,
    Usage,
)
from app.keys.vault import Vault, fingerprint
from app.logs import logger

# A lost connection during a take costs at most one block more; waiting out a restart of PostgreSQL costs nothing.
_PATIENCE = 60.0
_HOW_TO_LEAVE = (
    "remove its YOUTUBE_API_KEY_n from the environment of every process and restart them, then delete it (if it was "
    "the only one, give it once more with POST /api/api-keys first); or switch it off for good: PATCH "
    '{"is_active": false}'
)
_log = logger(__name__)


class Keys:
    """API keys and quota."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._vault = Vault.of(settings)
        self._limits = settings.youtube_quota
        self._pace = settings.api_rate_limit_delay

    def adopt_environment(self, keys: Sequence[EnvironmentKey]) -> None:
        """Store the keys of the environment, and switch off those that are no longer in it.

        An environment without any key says nothing: it is that of a worker who was given none.
        """
        if not keys:
            return
        with self._db.begin() as tx:
            self._hold_if_tried(tx, [key.secret.get_secret_value() for key in keys])
            for key in keys:
                self._save(tx, key.name, key.secret.get_secret_value(), key.project, "environment")
            store.disable_absent_keys(tx, [fingerprint(key.secret.get_secret_value()) for key in keys])

    def add(self, name: str, secret: SecretStr, project: str) -> int:
        """Store a key that a person gave; its id."""
        value = pasted(secret)
        with self._db.begin() as tx:
            self._hold_if_tried(tx, [value])
            return self._save(tx, name, value, project, "api")

    def _hold_if_tried(self, tx: Connection, secrets: Sequence[str]) -> None:
        """Joining ledgers changes what takers look at: before anything else is locked, they are kept away."""
        if store.tried_before(tx, map(fingerprint, secrets)):
            store.hold_buckets(tx, self._limits)

    def _save(self, tx: Connection, name: str, secret: str, project: str, source: str) -> int:
        sealed, told = self._vault.seal(secret), fingerprint(secret)
        key_id = store.save_key(tx, name=name, encrypted=sealed, fingerprint=told, project=project, source=source)
        store.join_trials(tx, key_id, store.tried_before(tx, [told]))
        return key_id

    def change(self, key_id: int, change: Change) -> None:
        """Change a key and its project, all of it or nothing. Raises UnknownKeyError and KeyNotUsableError."""
        for bucket in change.quota_limits:
            self._limit(bucket)
        with self._db.begin() as tx:
            store.hold_buckets(tx, change.quota_limits)
            row = _locked(tx, key_id)
            if change.is_active:
                _check_usable(row, change)
            store.change_key(tx, key_id, change.key_name, change.is_active)
            if change.lift_suspension:
                store.lift_suspension(tx, key_id)
            if change.quota_limits:
                store.set_limits(tx, key_id, change.quota_limits, self._clock.sql_now())
            for bucket in change.quota_limits:
                store.open_day(tx, bucket, self._limit(bucket), self._clock.sql_now())

    def delete(self, key_id: int) -> None:
        """Forget a key for good; its project and the ledger stay. Raises UnknownKeyError and KeyStaysError.

        Calls that are under way with it end as they would have; what they have not spent is given back.
        """
        with self._db.begin() as tx:
            row = _locked(tx, key_id)
            if row["source"] == "environment" and row["disabled_reason"] != store.ABSENT:
                told = f"the key {row['key_name']!r} stands in the environment and would come back at the next start"
                raise KeyStaysError(told, hint=_HOW_TO_LEAVE)
            store.delete_key(tx, key_id)

    def listed(self) -> list[Key]:
        """All keys, as people may see them."""
        with self._db.begin() as tx:
            return store.list_keys(tx)

    def read(self, key_id: int) -> Key:
        """One key. Raises UnknownKeyError."""
        found = next((key for key in self.listed() if key.id == key_id), None)
        if found is None:
            raise UnknownKeyError(f"there is no key {key_id}")
        return found

    def unreadable(self) -> list[int]:
        """The keys that were encrypted under another SECRET_KEY: no call can be made with them."""
        with self._db.begin() as tx:
            rows = [store.read_sealed(tx, key.id) for key in store.list_keys(tx)]
        return [row["key_id"] for row in rows if row and not self._vault.can_open(bytes(row["encrypted_key"]))]

    def usage(self) -> list[Usage]:
        """Today's ledger, by project and bucket."""
        with self._db.begin() as tx:
            return store.list_usage(tx, self._clock.sql_now())

    def outlook(self, bucket: str) -> Outlook:
        """What is left in a bucket today, and when it fills again."""
        with self._db.begin() as tx:
            return self._outlook(tx, bucket)

    @property
    def buckets(self) -> list[str]:
        """The buckets that there are, as YOUTUBE_QUOTA names them."""
        return list(self._limits)

    def spent_lately(self, bucket: str, hours: int) -> SpentLately:
        """Units that were spent of a bucket in the last hours."""
        with self._db.begin() as tx:
            return store.read_spent_lately(tx, bucket, hours, self._clock.sql_now())

    def take(self, bucket: str, units: int, job_id: UUID | None = None) -> Block:
        """Reserve up to `units` on the key that has the most left, and of the budget of the job that pays.

        Raises NoQuotaError and BudgetSpentError when there is none.
        """
        block = self._db.patiently(lambda tx: self._take(tx, bucket, units, job_id), seconds=_PATIENCE)
        if block is None:
            raise self._no_quota(bucket)
        return block

    def _take(self, tx: Connection, bucket: str, units: int, job_id: UUID | None) -> Block | None:
        limit, now = self._limit(bucket), self._clock.sql_now()
        row = store.take(tx, bucket=bucket, units=units, job_id=job_id, quota_limit=limit, pace=self._pace, now=now)
        # Opened in the transaction: nothing is reserved on a key that cannot be read.
        return Block(secret=self._vault.open(bytes(row.pop("encrypted_key"))), **row) if row else None

    def is_over(self, block: Block) -> bool:
        """Tell whether the day of a block is over. Google counts calls on the day on which they come."""
        return self._clock.now() >= block.resets_at

    def give_back(self, block: Block, *, spent: int) -> None:
        """Settle a block: what was not spent can be taken again.

        Not repeated after a lost connection: done twice it would under-count. The block then stays reserved.
        """
        try:
            with self._db.begin() as tx:
                store.give_back(tx, block, spent, self._clock.sql_now())
        except DBAPIError as error:
            _log.warning("block_stays_reserved", units=block.units, spent=spent, error=type(error.orig).__name__)

    def exhausted(self, block: Block) -> None:
        """Google says the bucket is empty: believe it until the day ends."""
        with self._db.begin() as tx:
            store.mark_exhausted(tx, block, self._clock.sql_now())

    def disable(self, block: Block, reason: str, *, whole_project: bool) -> None:
        """A key, or every key of its project, cannot be used until a person has mended something."""
        with self._db.begin() as tx:
            if whole_project:
                store.disable_project_keys(tx, block, reason)
            else:
                store.disable_key(tx, block.key_id, reason)

    def suspended(self, block: Block, reason: str) -> None:
        """Google suspended the project of this block."""
        with self._db.begin() as tx:
            store.suspend_project(tx, block, reason, self._clock.sql_now())

    def note_error(self, block: Block, reason: str, project_number: str | None) -> None:
        """Count an error, and learn from it which project the key really belongs to."""
        with self._db.begin() as tx:
            if project_number is not None:
                store.hold_buckets(tx, self._limits)
            store.count_error(tx, block.key_id, reason)
            if project_number is not None:
                store.learn_project_number(tx, block, project_number)

    def _limit(self, bucket: str) -> int:
        try:
            return self._limits[bucket]
        except KeyError:
            raise BadInputError(
                f"no limit is set for the quota bucket {bucket!r}", hint="name it in YOUTUBE_QUOTA"
            ) from None

    def _outlook(self, tx: Connection, bucket: str) -> Outlook:
        return store.read_outlook(tx, bucket=bucket, quota_limit=self._limit(bucket), now=self._clock.sql_now())

    def _no_quota(self, bucket: str) -> NoQuotaError:
        with self._db.begin() as tx:
            outlook = self._outlook(tx, bucket)
            suspended = store.list_suspensions(tx)
        if outlook.projects:
            why = f"the {bucket!r} quota of every project is spent; it is renewed at midnight in Los Angeles"
            return NoQuotaError(why, outlook.resets_at, outlook.resets_at)
        why = NO_KEY
        if suspended:
            why += f"; suspended by Google: {', '.join(suspended)}"
        return NoQuotaError(why, None, outlook.resets_at)


def pasted(secret: SecretStr) -> str:
    """A key as a person gave it, without blanks around it. Raises BadInputError."""
    value = secret.get_secret_value().strip()
    if not value or not value.isascii() or any(character.isspace() for character in value):
        raise BadInputError("this is not an API key", field="api_key", hint="paste the key without blanks")
    return value


def _locked(tx: Connection, key_id: int) -> Mapping[str, Any]:
    row = store.lock_key(tx, key_id)
    if row is None:
        raise UnknownKeyError(f"there is no key {key_id}")
    return row


def _check_usable(row: Mapping[str, Any], change: Change) -> None:
    if row["disabled_reason"] == store.ABSENT:
        told = "this key was switched off because it left the environment"
        raise KeyNotUsableError(told, hint="put it back there, or give it again with POST /api/api-keys")
    if row["suspended_why"] and not change.lift_suspension:
        told = f"Google suspended its project {row['project']}: {row['suspended_why']}"
        raise KeyNotUsableError(told, hint='when that is settled, send {"is_active": true, "lift_suspension": true}')
