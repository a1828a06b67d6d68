"""Channels whose videos can be asked for."""

from collections.abc import Sequence

from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from tests.hands import work_off
from tests.jobs.steps import ask_for_metadata, fill_catalog


def known_channels(wiring: Wiring, channel_ids: Sequence[str]) -> None:
    """Put channels into the catalogue with their metadata."""
    fill_catalog(wiring, channel_ids)
    assert work_off(wiring, ask_for_metadata(wiring)).status is Status.COMPLETED


def fetch_videos(wiring: Wiring, **asked: object) -> Job:
    """Ask for videos as people do, and work the job off."""
    return work_off(wiring, wiring.youtube.ask_for_videos(**asked))  # type: ignore[arg-type]
