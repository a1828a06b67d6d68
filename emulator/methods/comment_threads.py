"""commentThreads.list: the comments below a video or a channel's newest videos, with the first replies to each."""

from collections.abc import Sequence
from itertools import islice

from emulator.errors import ApiError, youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.comment_rendering import rendered
from emulator.methods.contract import Call, World
from emulator.methods.cursors import cursor_at, place_of
from emulator.methods.filters import chosen_filter, wanted_ids
from emulator.resources import Page, Resource, resource
from emulator.universe.comments.comments import Conversation, find_thread
from emulator.universe.comments.order import Listed, Place, most_relevant_first, newest_first

KIND = "youtube#commentThread"
FILTERS = ("id", "idParam", "channelId", "videoId", "allThreadsRelatedToChannelId")
"""As the service's own message lists them: `idParam` is no parameter."""

SHOWN_REPLIES = 5
CHANNEL_VIDEOS = 20
"""Of so many of its newest videos a channel's threads are listed."""

SEARCHED = 300
"""So many threads a call looks through for `searchTerms`: its page may hold fewer than asked for, even none."""

_HELP = "/youtube/v3/docs/commentThreads/list"


class CommentThreadsList:
    """The method."""

    name = "commentThreads.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """Threads by id, or a page of a list of them."""
        chosen = chosen_filter(call, FILTERS)
        _check(call, chosen)
        if chosen == "id":
            return _page(call, found_by_id(KIND, wanted_ids(call), call, world, _thread))
        shown, goes_on = _read(call, _conversations(call, world, chosen))
        return _page(call, [_rendered(one, number, call) for _, one, number in shown], goes_on)


def _check(call: Call, chosen: str) -> None:
    if chosen == "id" and (beside := call.values.keys() & {"searchTerms", "moderationStatus"}):
        message = f"Incompatible parameters specified in the request: {', '.join(('id', *sorted(beside)))}"
        raise youtube_error(400, "incompatibleParameters", message, "youtube.parameter", "parameters.")
    if call.text("moderationStatus") != "published":
        message = (
            "One or more of the requested comment threads cannot be retrieved due to insufficient permissions. "
            "The request might not be properly authorized."
        )
        raise youtube_error(403, "forbidden", message, "youtube.commentThread", "moderationStatus")


def _conversations(call: Call, world: World, chosen: str) -> Sequence[Conversation]:
    """Where the threads are. Below channels themselves nobody has written since 2024."""
    universe, now, wanted = world.universe, call.now, call.text(chosen)
    if chosen == "videoId":
        video = universe.video(wanted, now)
        if video is None:
            raise _refused(404, "videoNotFound", chosen, "could not be found.")
        if video.comments_disabled:
            raise _refused(403, "commentsDisabled", chosen, "has disabled comments.")
        return [Conversation(universe, video, now)]
    channel = universe.channel(wanted, now)
    if channel is None:
        raise _refused(404, "channelNotFound", chosen, "could not be found.")
    if chosen == "channelId":
        return []
    newest = islice(universe.uploads(channel, now), CHANNEL_VIDEOS)
    return [Conversation(universe, video, now) for video in newest if not video.comments_disabled]


def _refused(code: int, reason: str, name: str, end: str) -> ApiError:
    subject = "video" if name == "videoId" else "channel"
    message = f'The {subject} identified by the <code><a href="{_HELP}#{name}">{name}</a></code> parameter {end}'
    return youtube_error(code, reason, message, "youtube.commentThread", name)


def _read(call: Call, conversations: Sequence[Conversation]) -> tuple[list[Listed], Place | None]:
    """The threads of a page, and where the next one goes on."""
    order = most_relevant_first if call.text("order") == "relevance" else newest_first
    words, size = call.text("searchTerms").casefold().split(), int(call.text("maxResults"))
    shown: list[Listed] = []
    last: Place | None = None
    for looked_at, listed in enumerate(order(conversations, place_of(call))):
        if len(shown) == size or looked_at == SEARCHED:
            return shown, last
        last, one, number = listed
        if not words or all(word in one.comment(number).text.casefold() for word in words):
            shown.append(listed)
    return shown, None


def _page(call: Call, items: list[Resource], goes_on: Place | None = None) -> Page:
    # the total is that of this page: nobody is told how many threads there are
    token = cursor_at(call, goes_on) if goes_on else None
    return Page(items, total=len(items), per_page=int(call.text("maxResults")), next_token=token)


def _thread(wanted: str, call: Call, world: World) -> Resource | None:
    found = find_thread(world.universe, wanted, call.now)
    return _rendered(*found, call) if found else None


def _rendered(conversation: Conversation, number: int, call: Call) -> Resource:
    replies = conversation.replies(number)
    parts: Resource = {}
    if "snippet" in call.parts:
        parts["snippet"] = {
            "channelId": conversation.video.channel.id,
            "videoId": conversation.video.id,
            "topLevelComment": rendered(conversation, number, call),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        }
    if "replies" in call.parts and replies:
        shown = [rendered(conversation, reply, call) for reply in replies[:SHOWN_REPLIES]]
        parts["replies"] = {"comments": shown}
    return resource(KIND, conversation.thread_id(number), parts)
