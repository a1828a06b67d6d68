"""The SQL of the push."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.db import Queries
from app.push.model import Counts, Failure, HubHealth, Notice, State, Subscription
from app.videos.ids import video_id_of, video_key

Q = Queries("push")
# So many rows are changed at most by one look of a keeper.
_AT_ONCE = 1_000


# -- people


def subscribe(tx: Connection, secrets: Mapping[UUID, bytes], now: datetime | None) -> set[UUID]:
    """Want these channels, with their sealed secrets; those of them for which something is to be asked now."""
    values = {"channels": list(secrets), "secrets": list(secrets.values()), "now": now}
    return set(tx.execute(Q["subscribe"], values).scalars())


def leave(tx: Connection, channels: Sequence[UUID], now: datetime | None) -> int:
    """Want these channels no more; how many were there."""
    values = {"channels": list(channels), "now": now}
    return len(tx.execute(Q["leave"], values).all()) + len(tx.execute(Q["forget"], values).all())


def list_subscriptions(tx: Connection, *, after: UUID | None, state: State | None, limit: int) -> list[Subscription]:
    """Subscriptions by the bytes of their channel's id."""
    values = {"after": after, "state": state, "limit": limit}
    rows = tx.execute(Q["list_subscriptions"], values).mappings()
    return [Subscription(**{**row, "state": State(row["state"])}) for row in rows]


def summary(tx: Connection, now: datetime | None) -> Counts:
    """All subscriptions at a glance."""
    return Counts(**tx.execute(Q["summary"], {"now": now}).mappings().one())


def failures(tx: Connection, limit: int) -> list[Failure]:
    """Why subscriptions fail, the most frequent first."""
    return [Failure(**row) for row in tx.execute(Q["failures"], {"limit": limit}).mappings()]


def read_hub(tx: Connection) -> HubHealth:
    """How the hub answers requests."""
    return HubHealth(**tx.execute(Q["read_hub"]).mappings().one())


def count_announced(tx: Connection) -> int:
    """How many videos wait to be fetched."""
    return int(tx.execute(Q["count_announced"]).scalar_one())


# -- the hub calls


def subscription_of(tx: Connection, callback_id: UUID) -> tuple[UUID, bytes] | None:
    """The channel and the sealed secret behind a callback address; None when there is none, or none any more."""
    row = tx.execute(Q["subscription_of"], {"callback_id": callback_id}).first()
    return (row.channel, row.secret) if row else None


def verify(tx: Connection, callback_id: UUID, channel: UUID, *, lease: int, now: datetime | None) -> bool:
    """Begin a lease of so many seconds; False when it was not asked for."""
    values = {"callback_id": callback_id, "channel": channel, "lease": lease, "now": now}
    return tx.execute(Q["verify"], values).first() is not None


def end_verified(tx: Connection, callback_id: UUID, channel: UUID) -> bool:
    """Forget a subscription; False when its end was not asked for."""
    values = {"callback_id": callback_id, "channel": channel}
    return tx.execute(Q["end_verified"], values).first() is not None


def denied(tx: Connection, callback_id: UUID, channel: UUID, *, error: str, now: datetime | None) -> bool:
    """Note that the hub does not want this subscription; False when there is none."""
    values = {"callback_id": callback_id, "channel": channel, "error": error, "now": now}
    return tx.execute(Q["denied"], values).first() is not None


def count_forged(tx: Connection, channel: UUID) -> None:
    """Count a message that was dropped because of its signature."""
    tx.execute(Q["count_forged"], {"channel": channel})


def heard(tx: Connection, channel: UUID, now: datetime | None) -> None:
    """The hub has announced something of this channel."""
    tx.execute(Q["heard"], {"channel": channel, "now": now})


def note_error(tx: Connection, channel: UUID, error: str, now: datetime | None) -> None:
    """Note what was wrong, without any other consequence."""
    tx.execute(Q["note_error"], {"channel": channel, "error": error, "now": now})


def save_notices(tx: Connection, channel: UUID, notices: Sequence[Notice], now: datetime | None) -> list[int]:
    """Keep what was announced, each different thing once; the keys of the videos of which something is new."""
    rows = tx.execute(
        Q["save_notifications"],
        {
            "channel": channel,
            "videos": [video_key(notice.video_id) for notice in notices],
            "kinds": [notice.kind.value for notice in notices],
            "times": [notice.changed_at for notice in notices],
            "now": now,
        },
    )
    return sorted({row.video for row in rows if row.fresh})


def announce(tx: Connection, channel: UUID, videos: Sequence[int], now: datetime | None) -> None:
    """Let videos be fetched; those that wait already are fetched once."""
    tx.execute(Q["announce"], {"channel": channel, "videos": list(videos), "now": now})


# -- the keeper looks


@dataclass(frozen=True, slots=True)
class Due:
    """How much there is to do, up to a limit, and whether it cannot wait for more."""

    count: int
    urgent: bool


def lock_hub(tx: Connection) -> bool:
    """Be the only keeper here until the transaction ends; False when another one is."""
    return tx.execute(Q["lock_hub"]).first() is not None


def look_after(tx: Connection, now: datetime | None) -> None:
    """Note what has come to its end, and forget what may be kept no longer."""
    unverified = "the hub did not verify a request within an hour"
    tx.execute(Q["lapse_requests"], {"error": unverified, "limit": _AT_ONCE, "now": now})
    ended = "the lease ended before the hub had verified its renewal"
    tx.execute(Q["lapse_leases"], {"error": ended, "limit": _AT_ONCE, "now": now})
    for forget in ("forget_ended", "forget_notifications"):
        tx.execute(Q[forget], {"limit": _AT_ONCE, "now": now})


def due_requests(tx: Connection, limit: int, now: datetime | None) -> Due:
    """Requests that the hub is to be sent now; none while it rests."""
    if hub_rests(tx, now):
        return Due(0, urgent=False)
    row = tx.execute(Q["count_due"], {"limit": limit, "now": now}).one()
    return Due(row.due, bool(row.urgent))


def due_videos(tx: Connection, limit: int, moment: datetime) -> Due:
    """Videos that wait to be fetched; urgent when the first of them was announced before a moment."""
    row = tx.execute(Q["announced_due"], {"limit": limit, "moment": moment}).one()
    return Due(row.waiting, row.overdue)


def due_polls(tx: Connection, limit: int, moment: datetime) -> int:
    """Channels of which nothing was heard since a moment, up to a limit."""
    return int(tx.execute(Q["count_quiet"], {"limit": limit, "moment": moment}).scalar_one())


def may_poll(tx: Connection, now: datetime) -> bool:
    """Whether a day has passed since this was last asked and answered with yes."""
    return tx.execute(Q["may_poll"], {"now": now}).first() is not None


def read_now(tx: Connection, now: datetime | None) -> datetime:
    """The time."""
    found: datetime = tx.execute(Q["read_now"], {"now": now}).scalar_one()
    return found


# -- jobs take and tell


def hub_rests(tx: Connection, now: datetime | None) -> bool:
    """Whether the hub has failed so often that nothing is asked for a while."""
    return bool(tx.execute(Q["hub_rests"], {"now": now}).scalar_one())


Found = tuple[list[str], dict[str, str]]
"""Ids, and the cursor behind the last of them; an empty one where there is none."""


def list_due(tx: Connection, moment: datetime, cursor: Mapping[str, str], limit: int) -> Found:
    """The channels that the hub was to be asked about at a moment, from the cursor on, the longest due first."""
    return _channels(tx, "list_due", moment, cursor, limit)


def list_quiet(tx: Connection, moment: datetime, cursor: Mapping[str, str], limit: int) -> Found:
    """The channels of which nothing was heard since a moment, from the cursor on, the longest silent first."""
    return _channels(tx, "list_quiet", moment, cursor, limit)


def _channels(tx: Connection, name: str, moment: datetime, cursor: Mapping[str, str], limit: int) -> Found:
    at, after = (datetime.fromisoformat(cursor["at"]), channel_key(cursor["after"])) if cursor else (None, None)
    values = {"moment": moment, "after_at": at, "after": after, "limit": limit}
    rows = tx.execute(Q[name], values).all()
    return _found([(channel_id_of(row.channel), row.at) for row in rows])


def _found(rows: Sequence[tuple[str, datetime]]) -> Found:
    """The cursor is (at, id) of the last row."""
    return [name for name, _ in rows], ({"at": rows[-1][1].isoformat(), "after": rows[-1][0]} if rows else {})


def ask(tx: Connection, channels: Sequence[UUID], now: datetime | None) -> list[dict[str, Any]]:
    """What is to be said to the hub: channel, callback_id, secret (sealed), leaving. Who needs nothing is left out."""
    return [dict(row) for row in tx.execute(Q["ask"], {"channels": list(channels), "now": now}).mappings()]


def new_secret(tx: Connection, channel: UUID, secret: bytes) -> None:
    """Put another sealed secret in the place of one that cannot be read."""
    tx.execute(Q["new_secret"], {"channel": channel, "secret": secret})


def refused(tx: Connection, channel: UUID, error: str, now: datetime | None) -> None:
    """Nothing came of a request: why, and a longer wait before the next."""
    tx.execute(Q["refused"], {"channel": channel, "error": error, "now": now})


def hub_answered(tx: Connection, away: str | None, now: datetime | None) -> None:
    """The hub has answered, or is away, and why."""
    tx.execute(Q["hub_away"] if away else Q["hub_accepted"], {"now": now} | ({"error": away} if away else {}))


def list_announced(tx: Connection, held: Iterable[str], cursor: Mapping[str, str], limit: int) -> Found:
    """The videos that wait to be fetched and are not held, from the cursor on, the longest waiting first."""
    at, after = (datetime.fromisoformat(cursor["at"]), video_key(cursor["after"])) if cursor else (None, None)
    values = {"held": list(map(video_key, held)), "after_at": at, "after": after, "limit": limit}
    rows = tx.execute(Q["list_announced"], values).all()
    return _found([(video_id_of(row.video), row.at) for row in rows])


def fetched_meanwhile(tx: Connection, video_ids: Iterable[str]) -> set[str]:
    """Of these videos the ones that were fetched after the last time they were announced."""
    values = {"videos": list(map(video_key, video_ids))}
    return set(map(video_id_of, tx.execute(Q["fetched_meanwhile"], values).scalars()))


def announced_again(tx: Connection, video_ids: Iterable[str], moment: datetime, now: datetime | None) -> None:
    """Let wait on, from now, those of these videos that the hub has announced after a moment."""
    tx.execute(Q["announced_again"], {"videos": list(map(video_key, video_ids)), "moment": moment, "now": now})


def forget_announced(tx: Connection, video_ids: Iterable[str], moment: datetime) -> int:
    """Let those of these videos wait no longer that have waited since a moment; how many."""
    return tx.execute(Q["forget_announced"], {"videos": list(map(video_key, video_ids)), "moment": moment}).rowcount


def polled(tx: Connection, channel: UUID, now: datetime | None) -> None:
    """YouTube was asked for the uploads of a channel."""
    tx.execute(Q["polled"], {"channel": channel, "now": now})


def not_announced(
    tx: Connection, channel: UUID, uploads: Mapping[int, datetime], now: datetime | None
) -> list[tuple[int, bool]]:
    """Of these uploads those that nobody knows, newest first, and whether the hub should have announced them."""
    values = {"channel": channel, "videos": list(uploads), "times": list(uploads.values()), "now": now}
    return [(row.video, row.missed) for row in tx.execute(Q["not_announced"], values)]


def missed(tx: Connection, channel: UUID, error: str, now: datetime | None) -> None:
    """The hub was silent where it should have spoken: ask it again."""
    tx.execute(Q["missed"], {"channel": channel, "error": error, "now": now})
