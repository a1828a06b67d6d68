"""What a video is, told by what YouTube says of it; the API has no word for shorts."""

from datetime import UTC, datetime, timedelta

from app.videos.model import VideoFacts

_SHORTS_GREW = datetime(2024, 10, 15, tzinfo=UTC)
_SHORT, _LONGER_SHORT = timedelta(minutes=1), timedelta(minutes=3)


def kind_of(facts: VideoFacts) -> tuple[str, str]:
    """video, short, live or upcoming, and in words what tells so.

    A stream that is over stays live: its times are all that is left of it. A premiere looks the same.
    """
    if facts.live_state == "live":
        return "live", "YouTube says that it is live"
    if facts.live_state == "upcoming":
        when = f", for {facts.scheduled_start_at:%Y-%m-%d %H:%M} UTC" if facts.scheduled_start_at else ""
        return "upcoming", f"YouTube says that it is upcoming{when}"
    if facts.live_state == "completed" or facts.actual_start_at:
        when = f", on {facts.actual_start_at:%Y-%m-%d %H:%M} UTC" if facts.actual_start_at else ""
        return "live", f"it was streamed, or premiered{when}"
    return _by_shape(facts)


def _by_shape(facts: VideoFacts) -> tuple[str, str]:
    if not facts.duration:
        return "video", "no length is known"
    length = f"{facts.duration.total_seconds():,.0f} s long"
    longest = _longest_short(facts.published_at)
    limit = f"shorts of its time have up to {longest.total_seconds():.0f} s"
    if facts.duration > longest:
        return "video", f"{length}; {limit}"
    if facts.is_portrait is None:
        return "video", f"{length}, and no shape is known"
    if not facts.is_portrait:
        return "video", f"{length}, and not higher than wide"
    return "short", f"{length} and higher than wide; {limit}"


def _longest_short(published_at: datetime | None) -> timedelta:
    return _SHORT if published_at is not None and published_at < _SHORTS_GREW else _LONGER_SHORT
