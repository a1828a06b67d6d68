"""What answers of videos.list bring, ready to be saved."""

from collections.abc import Iterable, Sequence

from app.catalog.ids import NotAChannelIdError, channel_key
from app.catalog.language import detect
from app.videos.ids import video_key
from app.videos.languages import language_of
from app.videos.model import FoundVideo, VideoFacts
from app.youtube.calls import Answer
from app.youtube.methods.videos import parse_videos

ABSENT = "YouTube does not show this video: private, deleted, or never there"
"""What is said of a video that was left out."""


def read_videos(answers: Iterable[Answer], packs: Sequence[Sequence[str]]) -> tuple[list[FoundVideo], list[int]]:
    """The videos that were shown, each once, and the keys of those that were left out; `packs` are the ids asked for.

    An answer's `index` is its place in `packs`. A video of no channel cannot be kept: it counts as neither.
    """
    shown: dict[str, VideoFacts] = {}
    asked: list[str] = []
    for answer in answers:
        pack = packs[answer.index]
        asked += pack
        shown |= {facts.video_id: facts for facts in parse_videos(answer.payload) if facts.video_id in pack}
    found = [video for facts in shown.values() if (video := found_video(facts))]
    return found, [video_key(video_id) for video_id in asked if video_id not in shown]


def found_video(facts: VideoFacts) -> FoundVideo | None:
    """A video with what is made of its facts; None of one that belongs to no channel."""
    try:
        channel = channel_key(facts.channel_id or "")
    except NotAChannelIdError:
        return None
    return FoundVideo(facts, channel, *language_of(facts, detect))
