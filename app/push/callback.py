"""What the hub says at the callback address. The only part that anybody on the internet can reach.

Who does not know a callback address, 122 random bits, learns nothing and costs one look into an index. Who knows one
and not its secret can make the system do no more than count. Nothing that is told here is ever fetched: ids of videos
are all that is taken from a message, and what is asked about them is asked of YouTube.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of
from app.clock import Clock
from app.db import Database
from app.errors import NotFoundError
from app.keys.vault import Vault, VaultError
from app.logs import logger, redact
from app.problems import storable
from app.push import store
from app.push.atom import NotAMessageError, read_notices
from app.push.model import LEASE_SECONDS, channel_of_topic
from app.push.signature import is_signed

LARGEST_BODY = 64 * 2**10
"""Bytes of a message; those of YouTube have about a thousand."""
_LONGEST_CHALLENGE = 1_000
_LONGEST_REASON = 200
_SHORTEST_LEASE = 60
_log = logger(__name__)


class UnknownCallbackError(NotFoundError):
    """There is nothing at this address, or it was not asked for."""


class Callback:
    """What becomes of the calls of the hub: one short transaction each."""

    def __init__(self, db: Database, clock: Clock, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._vault = vault

    def verify(self, callback_id: UUID, said: Mapping[str, str]) -> str:
        """The challenge to answer with, when the hub asks about what was asked of it. Raises UnknownCallbackError."""
        channel = channel_of_topic(said.get("hub.topic", ""))
        challenge = said.get("hub.challenge", "")
        mode = said.get("hub.mode")
        if channel is None or len(challenge) > _LONGEST_CHALLENGE or not (challenge or mode == "denied"):
            raise UnknownCallbackError
        with self._db.begin() as tx:
            if not self._is_ours(tx, callback_id, channel, said):
                raise UnknownCallbackError
        _log.info("hub_verified", mode=mode, channel=str(channel))
        return challenge

    def _is_ours(self, tx: Connection, callback_id: UUID, channel: UUID, said: Mapping[str, str]) -> bool:
        now = self._clock.sql_now()
        match said.get("hub.mode"), said.get("hub.lease_seconds", ""):
            case "subscribe", lease if lease.isascii() and lease.isdigit() and len(lease) <= len(str(2**63)):
                seconds = min(max(int(lease), _SHORTEST_LEASE), LEASE_SECONDS)
                return store.verify(tx, callback_id, channel, lease=seconds, now=now)
            case "unsubscribe", _:
                return store.end_verified(tx, callback_id, channel)
            case "denied", _:
                reason = redact(storable(said.get("hub.reason", ""))[:_LONGEST_REASON]) or "it gave no reason"
                return store.denied(tx, callback_id, channel, error=f"the hub refused: {reason}", now=now)
            case _:
                return False

    def receive(self, callback_id: UUID, body: bytes, signature: str) -> None:
        """Take in a message. What is not signed is dropped and counted. Raises UnknownCallbackError."""
        with self._db.begin() as tx:
            found = store.subscription_of(tx, callback_id)
            if found is None:
                raise UnknownCallbackError
            channel, sealed = found
            self._take(tx, channel, self._open(tx, channel, sealed), body, signature)

    def _open(self, tx: Connection, channel: UUID, sealed: bytes) -> str | None:
        try:
            return self._vault.open(sealed)
        except VaultError:
            why = "SECRET_KEY has changed, so that messages cannot be checked; the next request brings a new secret"
            store.note_error(tx, channel, why, self._clock.sql_now())
            return None

    def _take(self, tx: Connection, channel: UUID, secret: str | None, body: bytes, signature: str) -> None:
        now = self._clock.sql_now()
        if secret is None or not is_signed(signature, body, secret):
            store.count_forged(tx, channel)
            return
        try:
            notices = read_notices(body)
        except NotAMessageError as error:
            store.note_error(tx, channel, f"a signed message was not understood: {error}", now)
            return
        # Signed means: from the hub. It speaks here of one channel only.
        ours = [notice for notice in notices if notice.channel_id in {None, channel_id_of(channel)}]
        store.heard(tx, channel, now)
        store.announce(tx, channel, store.save_notices(tx, channel, ours, now), now)
