"""Videos that the hub announces, and what becomes of them."""

from collections.abc import Mapping, Sequence

from app.jobs.model import Job
from emulator.control import Control
from tests.hands import sql
from tests.push.conftest import Pushed
from tests.push.hub import ENTRY, FEED

Uploads = Mapping[str, Sequence[str]]


def tell(pushed: Pushed, channel: str, videos: Sequence[str], *, shape: str = ENTRY) -> None:
    """Let the hub announce videos of a channel, as they are at this moment."""
    when = pushed.clock.now().isoformat()
    entries = "".join(shape.format(video_id=video, channel_id=channel, when=when) for video in videos)
    assert pushed.hub.send(pushed.hub.of(channel), FEED.format(entries=entries).encode()).status_code == 202


def tell_all(pushed: Pushed, uploads: Uploads, each: int) -> set[str]:
    for channel, videos in uploads.items():
        tell(pushed, channel, videos[:each])
    return {video for videos in uploads.values() for video in videos[:each]}


def jobs(pushed: Pushed) -> list[Job]:
    """Oldest first."""
    return pushed.wiring.jobs.listed(job_type="uploads", before=None, limit=100)[::-1]


def outcomes(job: Job) -> dict[str, int]:
    return {name: count for name, count in job.outcomes.items() if count}


def asked(emulator: Control) -> list[list[str]]:
    """The videos that each call has asked for."""
    return [call.parameters["id"][0].split(",") for call in emulator.requests() if call.method == "videos.list"]


def calls(emulator: Control) -> list[int]:
    """How many videos each call has asked for."""
    return [len(ids) for ids in asked(emulator)]


def waiting(pushed: Pushed) -> int:
    announced: int = pushed.api.get("/api/push").get_json()["announced"]
    return announced


def stored(pushed: Pushed) -> set[str]:
    return {str(row[0]) for row in sql(pushed.wiring, "select video_id from videos")}
