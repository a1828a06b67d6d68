"""What the operations on subscriptions answer."""

from datetime import datetime

from app.answers import Answer, answers, file_of, like, page_of
from app.paging import ForeignCursorError
from app.push.model import Counts, Page, PushOffError, Subscription


@like(Counts, without={"last_heard_at", "last_verified_at"})
class SubscriptionCounts(Answer):
    """All subscriptions at a glance."""


@like(Page, without={"counts"})
class PushState(Answer):
    """How the push goes."""

    callback_url: str
    last_heard_at: datetime | None
    last_verified_at: datetime | None
    subscriptions: SubscriptionCounts


@like(Subscription, without={"channel"})
class ShownSubscription(Answer):
    """A channel whose uploads the hub announces."""

    channel_id: str


class Subscribed(Answer):
    """What was asked of the hub."""

    wanted: int
    unchanged: int
    links: dict[str, str]


class Left(Answer):
    """What ends."""

    ended: int
    unchanged: int
    links: dict[str, str]


_NOTHING = {"description": "nothing: who calls here is not told what there is"}

PAGE = answers(PushState, PushOffError)
LISTED = answers(page_of("subscriptions", ShownSubscription), ForeignCursorError, PushOffError)
SUBSCRIBED = answers({202: Subscribed}, PushOffError)
LEFT = answers({202: Left}, PushOffError)
VERIFIED = answers({200: file_of("the challenge, as it is", "text/plain"), 404: dict(_NOTHING)})
RECEIVED = answers({202: dict(_NOTHING), 404: dict(_NOTHING), 413: dict(_NOTHING)})
