"""What people do with the push: subscribe channels, end that, and see how it is; and what jobs ask of it."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.jobs.service import Jobs
from app.keys.vault import PUSH_SECRETS, Vault, VaultError
from app.push import keeping, store
from app.push.callback import Callback
from app.push.hub import Hub
from app.push.model import Ask, Page, PushOffError, Reply, State, Subscription

_MOST_FAILURES = 10
_SECRET_BYTES = 32


class Push:
    """Subscriptions at the hub. `draw` makes secrets."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        jobs: Jobs,
        settings: Settings,
        draw: Callable[[], str] = lambda: secrets.token_hex(_SECRET_BYTES),
    ) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._settings = settings
        self._draw = draw
        self._vault = Vault.of(settings, PUSH_SECRETS)
        self.callback = Callback(db, clock, self._vault)

    @property
    def callback_url(self) -> str:
        """The public address of this system. Raises PushOffError when nobody has set it."""
        if self._settings.push_callback_url is None:
            raise PushOffError
        return self._settings.push_callback_url

    # -- people

    def subscribe(self, channels: Sequence[UUID]) -> int:
        """Want the uploads of these channels announced; of how many the hub is going to be asked. Raises PushOffError.

        Those that are subscribed already stay as they are; those that have failed are tried again at once.
        """
        _ = self.callback_url
        sealed = {channel: self._vault.seal(self._draw()) for channel in sorted(channels)}
        with self._db.begin() as tx:
            return len(store.subscribe(tx, sealed, self._clock.sql_now()))

    def leave(self, channels: Sequence[UUID]) -> int:
        """Want these channels no more; how many were subscribed. Raises PushOffError."""
        _ = self.callback_url
        with self._db.begin() as tx:
            return store.leave(tx, channels, self._clock.sql_now())

    def listed(self, *, after: UUID | None, state: State | None, limit: int) -> list[Subscription]:
        """Subscriptions by the bytes of their channel's id. Raises PushOffError."""
        _ = self.callback_url
        with self._db.begin() as tx:
            return store.list_subscriptions(tx, after=after, state=state, limit=limit)

    def page(self) -> Page:
        """All that is to be seen. Raises PushOffError."""
        _ = self.callback_url
        with self._db.begin() as tx:
            counts = store.summary(tx, self._clock.sql_now())
            return Page(store.read_hub(tx), counts, store.failures(tx, _MOST_FAILURES), store.count_announced(tx))

    # -- keepers

    def keep(self) -> None:
        """Look after everything once: what has ended, and the jobs that are due."""
        keeping.keep(self._db, self._clock, self._jobs, self._settings)

    # -- jobs; each inside a transaction of the job machine

    def hub(self) -> Hub:
        """The way to the hub, for a `with`. Raises PushOffError."""
        return Hub(self._settings.push_hub_url, self.callback_url)

    def asks(self, channels: Sequence[UUID]) -> dict[UUID, Ask]:
        """What is to be said to the hub about these channels, from here on counted as said.

        Those of which nothing is to be said are left out: all of them while the hub rests.
        """
        now = self._clock.sql_now()
        with self._db.begin() as tx:
            rows = [] if store.hub_rests(tx, now) else store.ask(tx, sorted(channels), now)
            return {row["channel"]: Ask(**{**row, "secret": self._readable(tx, row)}) for row in rows}

    def note(self, tx: Connection, replies: Sequence[Reply]) -> None:
        """Write down how the hub took requests: about each channel, then about the hub."""
        now = self._clock.sql_now()
        for reply in replies:
            if reply.error is not None:
                store.refused(tx, reply.channel, reply.error, now)
        for away in [reply.error if reply.away else None for reply in replies]:
            store.hub_answered(tx, away, now)

    def polled(self, tx: Connection, channel: UUID, uploads: Mapping[int, datetime]) -> int:
        """Let those uploads be fetched that nobody knows; how many. A hub that has not announced one is asked anew."""
        now = self._clock.sql_now()
        store.polled(tx, channel, now)
        found = store.not_announced(tx, channel, uploads, now)
        store.announce(tx, channel, [video for video, _ in found], now)
        if any(is_missed for _, is_missed in found):
            store.missed(tx, channel, "the hub has not announced uploads that a poll has found", now)
        return len(found)

    def fetched_meanwhile(self, video_ids: Iterable[str]) -> tuple[set[str], datetime]:
        """Which of these videos need not be fetched any more, and the moment of this answer, for `fetched`."""
        with self._db.begin() as tx:
            return store.fetched_meanwhile(tx, video_ids), store.read_now(tx, self._clock.sql_now())

    def fetched(self, tx: Connection, video_ids: Sequence[str], moment: datetime) -> None:
        """Let these videos wait no longer, but for those that were announced again after this moment."""
        store.announced_again(tx, video_ids, moment, self._clock.sql_now())
        store.forget_announced(tx, video_ids, moment)

    def _readable(self, tx: Connection, row: Mapping[str, object]) -> str:
        """The secret of a subscription; a new one where SECRET_KEY has changed since."""
        try:
            return self._vault.open(bytes(row["secret"]))  # type: ignore[call-overload]  # bytea
        except VaultError:
            secret = self._draw()
            store.new_secret(tx, row["channel"], self._vault.seal(secret))  # type: ignore[arg-type]  # uuid
            return secret
