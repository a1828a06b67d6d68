"""The comments below a video: as many as its public grows by, each drawn from the video and its number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from emulator.universe.comments.ids import reply_id, reply_place, thread_id, thread_place
from emulator.universe.comments.remarks import draw_remark
from emulator.universe.comments.threads import BLOCK, Threads
from emulator.universe.comments.timeline import Timeline
from emulator.universe.communities import COMMUNITY_SIZE, FOREIGN, POPULATION, VIEWERS, community_of, draw_neighbour
from emulator.universe.draws import Draws
from emulator.universe.growth import saturated
from emulator.universe.ids import channel_id, id_bytes, video_bytes, video_id, video_number
from emulator.universe.universe import Universe
from emulator.universe.videos import Video
from emulator.universe.writing import names
from emulator.universe.writing.handles import draw_handles
from emulator.universe.writing.texts import draw_topic

BY_VIEWERS, BY_THE_OWNER = 0.6, 0.05
"""Shares of the comments; the others are by channels that the owner knows."""

EDITED, PICTURED = 0.03, 0.02
"""Shares of the comments that were changed later, and that have a picture."""

MENTIONING = 0.3
"""Share of the replies that name whom they answer."""

_FIRST_VIEWER_BLOCK = -(-VIEWERS // POPULATION)
_VIEWER_BLOCKS = FOREIGN // POPULATION - _FIRST_VIEWER_BLOCK
_LIKED_HOURS = 36
"""Until half of those who will like a comment have done so."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment: a channel that was there then, and may have gone since."""

    channel_id: str
    name: str
    """The handle; for the few channels without one the title."""
    handle: str | None
    picture: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, as it stands at an instant."""

    id: str
    number: int
    parent_id: str | None
    """The thread's id, for replies."""
    author: Author
    text: str
    published: datetime
    updated: datetime
    likes: int
    picture: bytes | None
    """What stands for the picture that is attached to it."""


class Conversation:
    """All that is said below one video up to now. Nothing is drawn before it is asked for."""

    def __init__(self, universe: Universe, video: Video, now: datetime) -> None:
        self.video = video
        self.key = video_number(video.id)
        """Leads back to the video, and sets those that are told together apart."""
        self.timeline = Timeline(video, now)
        self._universe, self._now = universe, now

    @cached_property
    def threads(self) -> Threads:
        """Who replies to whom."""
        return Threads(Draws(self._universe.seed, "threads", video_bytes(self.video.id)))

    @cached_property
    def size(self) -> int:
        """How many threads there are."""
        return self.threads.count(self.timeline.total)

    def thread_id(self, number: int) -> str:
        """The id of the thread that a comment begins, and of that comment."""
        return thread_id(self.key, number)

    def replies(self, thread: int) -> list[int]:
        """The replies to a thread, oldest first."""
        return self.threads.replies(thread, self.timeline.total)

    def holds(self, thread: int, number: int) -> bool:
        """Whether there is such a comment, of that thread: whose number is that of the comment that begins it."""
        return number < self.timeline.total and self.threads.parent(number) == thread

    def comment(self, number: int) -> Comment:
        """The comment of a number below `timeline.total`."""
        parent, published = self.threads.parent(number), self.timeline.published(number)
        draws = self._draws(number)
        author = self._author(self._draw_author(draws))
        edited = published + timedelta(minutes=1 + draws.below(5000)) if draws.chance(EDITED) else published
        appeal = draws.heavy_tail(scale=0.5, exponent=0.9, cap=1000) / (1 + number // BLOCK)
        picture = video_bytes(self.video.id) + number.to_bytes(4) if draws.chance(PICTURED) else None
        is_reply = parent != number
        return Comment(
            id=reply_id(self.key, parent, number) if is_reply else self.thread_id(number),
            number=number,
            parent_id=self.thread_id(parent) if is_reply else None,
            author=author,
            text=self._draw_text(draws, parent if is_reply else None),
            published=published,
            updated=edited if edited <= self._now else published,
            likes=self._likes(appeal, published),
            picture=picture,
        )

    def _draws(self, number: int) -> Draws:
        return Draws(self._universe.seed, "comment", video_bytes(self.video.id) + number.to_bytes(4))

    def _draw_author(self, draws: Draws) -> int:
        """The number of a channel: the same people return to a community."""
        owner, luck = self.video.channel.number, draws.fraction()
        if luck < BY_VIEWERS:
            regular = int((_VIEWER_BLOCKS + 1) ** draws.fraction()) - 1
            home = community_of(owner) * COMMUNITY_SIZE + draws.below(COMMUNITY_SIZE)
            return (_FIRST_VIEWER_BLOCK + regular) * POPULATION + home
        return owner if luck < BY_VIEWERS + BY_THE_OWNER else draw_neighbour(draws, owner)

    def _author(self, number: int) -> Author:
        wanted = channel_id(number)
        handle = draw_handles(self._universe.seed, number).at(self._now)
        name = handle or self._title(wanted) or names.handle("user", number)
        return Author(wanted, name, handle, names.picture(id_bytes(wanted)))

    def _title(self, wanted: str) -> str | None:
        channel = self._universe.channel(wanted, self._now)
        return channel.text.title if channel else None

    def _draw_text(self, draws: Draws, answered: int | None) -> str:
        topic, handle = draw_topic(draws, self.video.channel), None
        if answered is not None and draws.chance(MENTIONING):
            handle = self._author(self._draw_author(self._draws(answered))).handle
        text = draw_remark(draws, self.video.channel.language, topic, self.video.seconds)
        return f"{handle} {text}" if handle else text

    def _likes(self, appeal: float, published: datetime) -> int:
        halves, seen = (self._now - published) / timedelta(hours=_LIKED_HOURS), self.video.views.at(self._now)
        return min(seen, int(appeal * (1 + seen**0.5 / 50) * saturated(halves)))


def find_thread(universe: Universe, wanted: str, now: datetime) -> tuple[Conversation, int] | None:
    """Where a thread is, by its id; None if nobody can see it."""
    place = thread_place(wanted)
    return _find(universe, place[0], place[1], place[1], now) if place else None


def find_comment(universe: Universe, wanted: str, now: datetime) -> tuple[Conversation, int] | None:
    """Where a comment is, by its id, whether it begins a thread or replies; None if nobody can see it."""
    if "." not in wanted:
        return find_thread(universe, wanted, now)
    place = reply_place(wanted)
    # a thread's number in the place of a reply's is the id of nothing
    return _find(universe, *place, now) if place and place[1] != place[2] else None


def _find(universe: Universe, video: int, thread: int, number: int, now: datetime) -> tuple[Conversation, int] | None:
    found = universe.video(video_id(video), now)
    conversation = Conversation(universe, found, now) if found else None
    return (conversation, number) if conversation and conversation.holds(thread, number) else None
