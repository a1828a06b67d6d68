"""subscriptions.list: the channels that a channel follows, where it shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import first_page
from app.youtube.parse import parse_items

_ITEM = "id,snippet(channelId,resourceId/channelId,title,publishedAt)"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel that another one follows."""

    subscription_id: str
    subscriber_channel_id: str | None
    channel_id: str | None
    """The channel that is followed."""
    title: str
    """Its title."""
    subscribed_at: datetime | None
    """In UTC."""


def subscriptions_request(channel_id: str) -> Request:
    """The first page of the channels that a channel follows. Most keep them private: YouTube answers 403."""
    return first_page("subscriptions.list", _ITEM, part="snippet", channelId=channel_id)


def parse_subscriptions(payload: Mapping[str, Any]) -> tuple[Subscription, ...]:
    """The subscriptions of one page."""
    return parse_items(payload, _subscription)


def _subscription(item: Mapping[str, Any]) -> Subscription:
    return Subscription(
        subscription_id=fields.text(item, "id"),
        subscriber_channel_id=fields.text(item, "snippet", "channelId") or None,
        channel_id=fields.text(item, "snippet", "resourceId", "channelId") or None,
        title=fields.text(item, "snippet", "title"),
        subscribed_at=fields.instant(item, "snippet", "publishedAt"),
    )
