"""comments.list: comments by id, or all replies to one."""

from bisect import bisect_right

from emulator.errors import youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.comment_rendering import KIND, rendered
from emulator.methods.contract import Call, World
from emulator.methods.cursors import cursor_at, place_of
from emulator.methods.filters import chosen_filter, wanted_ids
from emulator.resources import Page, Resource
from emulator.universe.comments.comments import find_comment, find_thread

FILTERS = ("id", "parentId")


class CommentsList:
    """The method."""

    name = "comments.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """Comments that can be seen; the replies to a comment come oldest first."""
        if chosen_filter(call, FILTERS) == "parentId":
            return _replies(call, world)
        return Page(found_by_id(KIND, wanted_ids(call), call, world, _comment))


def _replies(call: Call, world: World) -> Page:
    found = find_thread(world.universe, call.text("parentId"), call.now)
    if found is None:
        message = "One or more of the specified comments cannot be found."
        raise youtube_error(404, "commentNotFound", message, "youtube.comment", "parentId")
    conversation, thread = found
    replies, place, size = conversation.replies(thread), place_of(call), int(call.text("maxResults"))
    start = bisect_right(replies, place[0]) if place else 0
    shown = replies[start : start + size]
    goes_on = start + size < len(replies)
    return Page(
        [rendered(conversation, number, call, with_video=False) for number in shown],
        per_page=size,
        next_token=cursor_at(call, (shown[-1], 0, 0)) if goes_on else None,
    )


def _comment(wanted: str, call: Call, world: World) -> Resource | None:
    found = find_comment(world.universe, wanted, call.now)
    return rendered(*found, call, with_video=False) if found else None
