"""What the operations on videos answer."""

from app.answers import Answer, answers, like, page_of
from app.paging import ForeignCursorError
from app.problem_types import ProblemType
from app.videos.ids import NotAVideoIdError
from app.videos.model import Video, VideoSnapshot
from app.videos.service import UnknownVideoError


@like(Video, without={"duration"})
class ShownVideo(Answer):
    """What is known of a video; null is what YouTube does not say."""

    duration_seconds: float | None


@like(VideoSnapshot)
class VideoCountsThen(Answer):
    """The counts of a video at one moment."""


# Its class is that of a room which this one does not know.
_NOT_A_CHANNEL_ID = ProblemType("not-a-channel-id", 422)

LISTED = answers(page_of("videos", ShownVideo), ForeignCursorError, _NOT_A_CHANNEL_ID)
READ = answers(ShownVideo, NotAVideoIdError, UnknownVideoError)
SNAPSHOTS = answers(page_of("snapshots", VideoCountsThen), NotAVideoIdError, UnknownVideoError, ForeignCursorError)
OF_CHANNEL = answers(page_of("videos", ShownVideo), _NOT_A_CHANNEL_ID, ForeignCursorError)
