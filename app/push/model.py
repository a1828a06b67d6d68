"""What the room of the push hands out, and the words that hub and subscriber share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from app.catalog.ids import NotAChannelIdError, channel_id_of, channel_key
from app.errors import ConflictError

LEASE_SECONDS = 864_000
"""Ten days: what is asked for, and the longest that is believed."""
_TOPIC = "https://www.youtube.com/xml/feeds/videos.xml?channel_id="
# Older descriptions, and hubs that follow them, leave out the folder.
_TOPIC_PATHS = {"/xml/feeds/videos.xml", "/feeds/videos.xml"}


class State(StrEnum):
    """Where a subscription stands."""

    WANTED = "wanted"
    PENDING = "pending"
    ACTIVE = "active"
    FAILED = "failed"
    UNWANTED = "unwanted"


class PushOffError(ConflictError):
    """Push is off: nobody has said at which address the hub can reach this system."""

    hint = (
        "set PUSH_CALLBACK_URL to the https:// address under which the internet reaches /push/callback/,"
        " and start the API and the workers again; docs/push.md says how"
    )


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel whose uploads the hub announces, as people may see it: without secret and callback address."""

    channel: UUID
    state: State
    created_at: datetime
    next_ask_at: datetime
    asked_at: datetime | None
    attempts: int
    renewed_at: datetime | None
    lease_expires_at: datetime | None
    last_heard_at: datetime | None
    quiet_since: datetime
    last_error: str | None
    last_error_at: datetime | None
    forged: int

    @property
    def channel_id(self) -> str:
        """The id that people know."""
        return channel_id_of(self.channel)


class Kind(StrEnum):
    """What a message says of a video: that it came or changed, or that it is gone."""

    ENTRY = "entry"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of a message: the video, whose it is (None: not said), and when it changed, in UTC."""

    video_id: str
    channel_id: str | None
    kind: Kind
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to the hub."""

    channel: UUID
    callback_id: UUID
    secret: str
    leaving: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """How the hub took a request. `error` is None when it accepted; `away` when it would take no other either."""

    channel: UUID
    error: str | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """All subscriptions at a glance; those that expire do so within a day."""

    wanted: int
    pending: int
    active: int
    failed: int
    unwanted: int
    expiring: int
    failing: int
    forged: int
    last_heard_at: datetime | None
    last_verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why subscriptions fail, how many, and when last."""

    why: str
    subscriptions: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class HubHealth:
    """How the hub answers requests. While it rests nothing is asked."""

    last_asked_at: datetime | None
    last_accepted_at: datetime | None
    failures: int
    resting_until: datetime | None
    last_error: str | None
    last_error_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """All that is to be seen of the push. `announced` are videos that wait to be fetched."""

    hub: HubHealth
    counts: Counts
    failures: Sequence[Failure]
    announced: int


def topic_of(channel: UUID) -> str:
    """The topic of a channel, as YouTube documents it. It names what is meant, and is never fetched."""
    return f"{_TOPIC}{channel_id_of(channel)}"


def uploads_playlist(channel_id: str) -> str:
    """The uploads list of a channel: its own id with another beginning."""
    return f"UU{channel_id.removeprefix('UC')}"


def channel_of_topic(topic: str) -> UUID | None:
    """The channel that a topic is about; None when it is no topic of YouTube."""
    try:
        url = urlsplit(topic)
        [channel_id] = parse_qs(url.query)["channel_id"]
        known = url.scheme == "https" and url.netloc == "www.youtube.com" and url.path in _TOPIC_PATHS
        return channel_key(channel_id) if known else None
    except (ValueError, KeyError, NotAChannelIdError):
        return None
