"""What a video is and which language it has, and how that is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.videos.kinds import kind_of
from app.videos.languages import language_of
from app.videos.model import VideoFacts
from app.youtube.methods.videos import parse_videos

BEFORE = datetime(2024, 10, 14, 23, 59, 59, tzinfo=UTC)
SINCE = datetime(2024, 10, 15, tzinfo=UTC)
SHORT = "30 s long and higher than wide; shorts of its time have up to 180 s"
[NOTHING] = parse_videos({"items": [{"id": "AAAAAAAAAAA"}]})


def facts(seconds: float | None = 30, *, portrait: bool | None = True, at: datetime | None = SINCE) -> VideoFacts:
    duration = None if seconds is None else timedelta(seconds=seconds)
    return replace(NOTHING, live_state="none", duration=duration, is_portrait=portrait, published_at=at)


@pytest.mark.parametrize(
    ("told", "kind", "evidence"),
    [
        (facts(60, at=BEFORE), "short", "60 s long and higher than wide; shorts of its time have up to 60 s"),
        (facts(61, at=BEFORE), "video", "61 s long; shorts of its time have up to 60 s"),
        (facts(180), "short", "180 s long and higher than wide; shorts of its time have up to 180 s"),
        (facts(181), "video", "181 s long; shorts of its time have up to 180 s"),
        (facts(180, at=None), "short", "180 s long and higher than wide; shorts of its time have up to 180 s"),
        (facts(5, portrait=False), "video", "5 s long, and not higher than wide"),
        (facts(5, portrait=None), "video", "5 s long, and no shape is known"),
        (facts(4_000, portrait=False), "video", "4,000 s long; shorts of its time have up to 180 s"),
        (facts(0), "video", "no length is known"),
        (facts(None), "video", "no length is known"),
        (replace(facts(0), live_state="live", actual_start_at=SINCE), "live", "YouTube says that it is live"),
        (replace(facts(0), live_state="upcoming"), "upcoming", "YouTube says that it is upcoming"),
        (
            replace(facts(0), live_state="upcoming", scheduled_start_at=SINCE),
            "upcoming",
            "YouTube says that it is upcoming, for 2024-10-15 00:00 UTC",
        ),
        (replace(facts(), actual_start_at=SINCE), "live", "it was streamed, or premiered, on 2024-10-15 00:00 UTC"),
        (replace(facts(), live_state="completed"), "live", "it was streamed, or premiered"),
        (replace(facts(), scheduled_start_at=SINCE), "short", SHORT),
        (replace(facts(), live_state=None), "short", SHORT),
    ],
)  # fmt: skip
def test_a_kind_has_its_evidence(told: VideoFacts, kind: str, evidence: str) -> None:
    assert kind_of(told) == (kind, evidence)


def test_what_is_spoken_outranks_what_is_declared_of_the_texts_and_nothing_is_detected_then() -> None:
    def detect(title: str, description: str) -> str | None:
        asked.append((title, description))
        return "de" if title else None

    asked: list[tuple[str, str]] = []
    both = replace(NOTHING, default_audio_language="en-GB", default_language="fr", title="Guten Tag")
    assert language_of(both, detect) == ("en-GB", "audio")
    assert language_of(replace(both, default_audio_language=None), detect) == ("fr", "declared")
    assert asked == []
    silent = replace(both, default_audio_language=None, default_language=None, description="und hallo")
    assert language_of(silent, detect) == ("de", "detected")
    assert language_of(NOTHING, detect) == (None, None)
    assert asked == [("Guten Tag", "und hallo"), ("", "")]
