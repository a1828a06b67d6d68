"""subscriptions.list: whom a channel follows, if it lets everybody see."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from emulator.errors import ApiError, youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, login_required, wanted_ids
from emulator.methods.paging import window_of
from emulator.methods.rendering import faces
from emulator.resources import Page, Resource, resource
from emulator.universe.channels import Channel, published
from emulator.universe.draws import Draws
from emulator.universe.ids import channel_id, id_bytes
from emulator.universe.subscriptions import are_shown, draw_subscriptions, parties, subscribed, subscription_id

KIND = "youtube#subscription"
LIST_KIND = "youtube#SubscriptionListResponse"
"""With a capital S, for years now, though the discovery document spells it small."""

FILTERS = ("channelId", "id", "mine", "myRecentSubscribers", "mySubscribers")
_ENDS = {
    "accountClosed": "Subscriptions could not be retrieved because the subscriber's account is closed.",
    "accountSuspended": "Subscriptions could not be retrieved because the subscriber's account is suspended.",
}


class SubscriptionsList:
    """The method."""

    name = "subscriptions.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """Subscriptions of one channel page by page, or those among the ids that can be seen."""
        chosen = chosen_filter(call, FILTERS)
        if chosen not in {"channelId", "id"}:
            raise login_required(chosen)
        return _of_channel(call, world) if chosen == "channelId" else _by_id(call, world)


def _by_id(call: Call, world: World) -> Page:
    found = found_by_id(KIND, wanted_ids(call), call, world, _one)
    return Page(found, total=len(found), per_page=int(call.text("maxResults")), kind=LIST_KIND)


def _one(wanted: str, call: Call, world: World) -> Resource | None:
    subscriber, target = (world.universe.channel(name, call.now) for name in parties(wanted) or ("", ""))
    if not subscriber or not target or not are_shown(world.universe.seed, subscriber.number):
        return None
    follows = target.number in draw_subscriptions(world.universe.seed, subscriber.number)
    return _rendered(subscriber, target, call, world) if follows else None


def _of_channel(call: Call, world: World) -> Page:
    subscriber = _subscriber(call, world)
    targets = _targets(subscriber, call, world)
    window = window_of(call, len(targets))
    channels = (world.universe.channel(target, call.now) for target in targets[window.start : window.stop])
    items = (_rendered(subscriber, channel, call, world) for channel in channels if channel)
    return replace(window.page([item for item in items if item]), kind=LIST_KIND)


def _subscriber(call: Call, world: World) -> Channel:
    found = world.universe.channel(call.text("channelId"), call.now)
    if found is None:
        raise _nobody(call, world)
    if not are_shown(world.universe.seed, found.number):
        message = "The requester is not allowed to access the requested subscriptions."
        raise youtube_error(403, "subscriptionForbidden", message, "youtube.subscription")
    return found


def _nobody(call: Call, world: World) -> ApiError:
    wanted = call.text("channelId")
    if world.universe.was_terminated(wanted, call.now):
        reason = Draws(world.universe.seed, "end", id_bytes(wanted)).pick(tuple(_ENDS))
        return youtube_error(403, reason, _ENDS[reason], "youtube.subscription", "channelId")
    message = "The subscriber identified with the request cannot be found."
    return youtube_error(404, "subscriberNotFound", message, "youtube.subscription", "channelId")


def _targets(subscriber: Channel, call: Call, world: World) -> Sequence[str]:
    """The ids of those that it follows: a page may turn out short, for some of them are gone."""
    targets: Iterable[str] = map(channel_id, draw_subscriptions(world.universe.seed, subscriber.number))
    if call.texts("forChannelId"):
        wanted = set(call.text("forChannelId").split(","))
        targets = (target for target in targets if target in wanted)
    if call.text("order") != "alphabetical":
        return list(targets)  # nobody has read anything, so what is unread comes as what is relevant
    channels = [channel for target in targets if (channel := world.universe.channel(target, call.now))]
    return [channel.id for channel in sorted(channels, key=lambda channel: channel.text.title.casefold())]


def _rendered(subscriber: Channel, target: Channel, call: Call, world: World) -> Resource | None:
    """A subscription; none before it began."""
    since = subscribed(world.universe.seed, subscriber, target)
    if since > call.now:
        return None
    videos = len(target.uploads.shelf(call.now))
    parts = {
        "snippet": {
            "publishedAt": published(since),
            "title": target.text.title,
            "description": target.text.description,
            "resourceId": {"kind": "youtube#channel", "channelId": target.id},
            "channelId": subscriber.id,
            "thumbnails": faces(target.picture, sized=False),
        },
        "contentDetails": {"totalItemCount": videos, "newItemCount": 0, "activityType": "all"},
        "subscriberSnippet": {
            "title": subscriber.text.title,
            "description": subscriber.text.description,
            "channelId": subscriber.id,
            "thumbnails": faces(subscriber.picture, sized=False),
        },
    }
    name = subscription_id(subscriber.id, target.id)
    return resource(KIND, name, {part: parts[part] for part in parts if part in call.parts})
