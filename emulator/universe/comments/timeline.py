"""When the comments below a video were written: as many in an hour as its public grows by, and none ever moves."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache

from emulator.universe.growth import STEP_SECONDS, step_of
from emulator.universe.videos import Video

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=STEP_SECONDS)
_GOLDEN = 0.6180339887498949


class Timeline:
    """The instants of a video's comments up to now, which are numbered from 0 in their order."""

    def __init__(self, video: Video, now: datetime) -> None:
        self._video = video
        self._first, self._last = step_of(video.published), step_of(now)
        self._count = cache(self._comments)
        self.total = self._count(self._last)

    def published(self, number: int) -> datetime:
        """When a comment was written, to the second."""
        step = bisect_right(range(self._first, self._last), number, key=self._count) + self._first
        end = EPOCH + step * _STEP
        begin = max(end - _STEP, self._video.published)
        before = self._count(step - 1)
        # spread over the middle of its share of the hour: irregular, and never out of order
        share = (number - before + 0.2 + 0.6 * (number * _GOLDEN % 1.0)) / (self._count(step) - before)
        return (begin + share * (end - begin)).replace(microsecond=0)

    def before(self, instant: datetime) -> int:
        """How many had been written before an instant of whole seconds."""
        step = step_of(instant)
        if step >= self._last:
            return self.total
        low, high = self._count(max(step, self._first)), self._count(max(step + 1, self._first))
        return low + bisect_left(range(low, high), instant, key=self.published)

    def _comments(self, step: int) -> int:
        return self._video.comments(EPOCH + step * _STEP)
