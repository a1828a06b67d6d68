"""videos.batchGetStats: the statistics of up to fifty videos, from a bucket of their own."""

from emulator.errors import youtube_error
from emulator.methods.contract import Call, World
from emulator.methods.filters import wanted_ids
from emulator.methods.rendering import timestamp
from emulator.methods.videos import statistics
from emulator.resources import Page, Resource, resource
from emulator.universe.videos import Video

KIND = "youtube#videoStats"


class VideosBatchGetStats:
    """The method."""

    name = "videos.batchGetStats"
    bucket = "videos.batchGetStats"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """What can be told; the others are left out: the method is not atomic."""
        if not call.texts("id"):
            raise youtube_error(400, "required", "Required parameter: id", "global", "id")
        videos = (world.universe.video(wanted, call.now) for wanted in wanted_ids(call))
        return Page([_rendered(video, call) for video in videos if video])


def _rendered(video: Video, call: Call) -> Resource:
    over = video.broadcast(call.now) in {"none", "completed"}
    counts = {name: count for name, count in statistics(video, call).items() if name != "favoriteCount"}
    parts = {
        "snippet": {"publishTime": timestamp(video.published)},
        # a duration of protocol buffers, where videos.list has one of ISO 8601
        "contentDetails": {"duration": f"{video.seconds if over else 0}s"},
        "statistics": counts,
    }
    return resource(KIND, video.id, {name: part for name, part in parts.items() if name in call.parts})
