"""What the operations on the past answer."""

from datetime import datetime

from pydantic import Field

from app.answers import Answer, Responses, answers, like, page_of
from app.catalog.ids import NotAChannelIdError
from app.catalog.service import UnknownChannelError
from app.errors import TributaryError
from app.history.model import Growth, Interval, Mark
from app.history.subjects import Change, UnknownVideoError
from app.paging import ForeignCursorError
from app.videos.ids import NotAVideoIdError


class ShownReading(Answer):
    """One count at one moment: as YouTube told it, and the true counts that it is told for."""

    observed_at: datetime
    count: int
    low: int
    high: int


@like(Growth)
class ShownGrowth(Answer):
    """From the first to the last reading of one count; null where two readings, or a day between them, are missing."""

    first: ShownReading | None
    last: ShownReading | None
    growth: Interval | None


class ChannelObservation(Answer):
    """What YouTube said of a channel at one moment; null is a count that it did not tell."""

    observed_at: datetime
    subscriber_count: int | None
    subscribers_at_most: int | None
    view_count: int | None
    video_count: int | None


class VideoObservation(Answer):
    """What YouTube said of a video at one moment; null is a count that it did not tell."""

    observed_at: datetime
    view_count: int | None
    like_count: int | None
    comment_count: int | None


class _Past(Answer):
    since: datetime | None = Field(serialization_alias="from")
    until: datetime | None = Field(serialization_alias="to")
    growth: dict[str, ShownGrowth]
    """By the name of the count."""
    marks: list[Mark]
    """What to know before believing a figure."""
    complete: bool
    """False: there are more observations than are looked at; the oldest are left out."""


class ChannelPast(_Past):
    """How a channel grew."""

    channel_id: str
    observations: list[ChannelObservation]
    """Oldest first."""


class VideoPast(_Past):
    """How a video grew."""

    video_id: str
    observations: list[VideoObservation]
    """Oldest first."""


@like(Change, without={"key"})
class ShownChange(Answer):
    """A text or the availability of a channel or video, before and after."""

    channel_id: str | None = None
    """Of a channel; else there is a `video_id`."""
    video_id: str | None = None


def _page(*errors: type[TributaryError]) -> Responses:
    return answers(page_of("changes", ShownChange), ForeignCursorError, *errors)


CHANNEL_GROWTH = answers(ChannelPast, NotAChannelIdError, UnknownChannelError)
VIDEO_GROWTH = answers(VideoPast, NotAVideoIdError, UnknownVideoError)
CHANNEL_CHANGES = _page(NotAChannelIdError, UnknownChannelError)
VIDEO_CHANGES = _page(NotAVideoIdError, UnknownVideoError)
ALL_CHANGES = _page()
