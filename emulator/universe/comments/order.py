"""The threads of several videos in one list, from any place on: no list is walked from its beginning."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from heapq import merge
from itertools import count

from emulator.universe.comments.comments import Conversation
from emulator.universe.comments.timeline import EPOCH

Place = tuple[int, int, int]
"""Where a list goes on: after the thread of this key."""

Listed = tuple[Place, Conversation, int]
"""A thread's key in its list, where it is told, and the number of its first comment."""


def newest_first(conversations: Sequence[Conversation], after: Place | None) -> Iterator[Listed]:
    """By date. The key is the instant in seconds since 1970, the video and the number: no new comment changes it."""
    lists = (_newest(conversation, after) for conversation in conversations)
    return merge(*lists, key=lambda listed: listed[0], reverse=True)


def _newest(conversation: Conversation, after: Place | None) -> Iterator[Listed]:
    threads, timeline = conversation.threads, conversation.timeline
    for nth in range(threads.count(_limit(conversation, after)) - 1, -1, -1):
        number = threads.nth(nth)
        yield (int(timeline.published(number).timestamp()), conversation.key, number), conversation, number


def _limit(conversation: Conversation, after: Place | None) -> int:
    """How many of the comments may still come."""
    if after is None:
        return conversation.timeline.total
    seconds, video, number = after
    if video == conversation.key:
        return min(number, conversation.timeline.total)
    instant = EPOCH + timedelta(seconds=seconds + (conversation.key < video))
    return conversation.timeline.before(instant)


def most_relevant_first(conversations: Sequence[Conversation], after: Place | None) -> Iterator[Listed]:
    """The most relevant of every video, then the second, and so on. The key is the rank and the place of the video."""
    start = after or (0, -1, 0)
    for rank in count(start[0]):
        told = [(place, one) for place, one in enumerate(conversations) if rank < one.size]
        for place, one in told:
            if (rank, place) > start[:2]:
                yield (rank, place, 0), one, one.threads.favourite(rank, one.timeline.total)
        if not told:
            return
