"""What people ask of YouTube: metadata for what is in the catalogue, and whether the keys work."""

import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from math import ceil
from typing import Any, Literal

from app.catalog.service import Catalog, Pending
from app.catalog.uploads import ChannelFilter
from app.config import Settings
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.types import METADATA, VIDEOS
from app.youtube.calls import Calls
from app.youtube.costs import MAX_IDS
from app.youtube.forecasts import Forecasts, Skipped, Workload
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.probes import WELL_KNOWN_CHANNEL


@dataclass(frozen=True, slots=True)
class Trial:
    """What one test call brought."""

    channel_id: str
    found: bool
    title: str | None
    units: int
    seconds: float


class YouTube:
    """The API as people use it; workers use `Calls`."""

    def __init__(self, calls: Calls, catalog: Catalog, jobs: Jobs, forecasts: Forecasts, settings: Settings) -> None:
        self._calls = calls
        self._forecasts = forecasts
        self._catalog = catalog
        self._jobs = jobs
        self._batch_size = settings.default_batch_size
        self._videos_per_channel = settings.max_videos_per_channel

    def ask_for_metadata(
        self,
        batch_size: int | None,
        total_limit: int | None,
        max_units: int | None = None,
        *,
        idempotency_key: str | None,
        requested_by: str | None,
    ) -> Job:
        """A job that fetches the metadata of channels that have none, `total_limit` of them at most.

        It spends `max_units` at most, then it pauses.
        Batches are made of whole calls: one of thirty channels would cost the same as one of fifty.
        """
        forecast = self.forecast_metadata(total_limit)
        calls = ceil((batch_size or self._batch_size) / MAX_IDS)
        budget = {} if max_units is None else {"max_units": max_units}
        return self._jobs.ask(
            METADATA,
            {"batch_size": calls * MAX_IDS, "total_limit": total_limit, **budget},
            expected_items=forecast["items"],
            forecast=forecast,
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )

    def forecast_metadata(self, total_limit: int | None) -> dict[str, Any]:
        """What such a job would take, as JSON; in batches of whole calls their size changes nothing."""
        held = self._jobs.held_spans(METADATA)
        pending = self._catalog.pending(held, total_limit)
        skipped = self._skipped(pending, full=pending.free == total_limit)
        return self._forecasts.forecast(Workload(METADATA.name, pending.free, pending.accuracy, bool(held), skipped))

    def _skipped(self, pending: Pending, *, full: bool) -> list[Skipped]:
        """What is left out; `full` when that is also what goes beyond total_limit."""
        counts = self._catalog.counts()
        known, exact = counts.channels - counts.pending, not counts.estimated
        absent = counts.not_found or 0
        why_known = "they have their metadata" + (" already" if exact else " already, or YouTube does not know them")
        return [
            Skipped(why_known, known - absent, exact),
            Skipped("YouTube does not know them", absent, exact),
            Skipped("unfinished batches of other jobs hold them", pending.held, exact=True),
            Skipped("more than total_limit", full * (counts.pending - pending.held - pending.free), exact),
        ]

    def ask_for_videos(
        self,
        *,
        batch_size: int | None = None,
        total_limit: int | None = None,
        videos_per_channel: int | Literal["all"] | None = None,
        published_after: datetime | None = None,
        language: str | None = None,
        country: str | None = None,
        min_subscribers: int | None = None,
        **asked: Any,
    ) -> Job:
        """A job that fetches the newest videos of channels that have metadata and no videos yet; `asked` by whom."""
        wanted = ChannelFilter(language, country, min_subscribers)
        pending = self._catalog.without_videos(wanted)
        return self._jobs.ask(
            VIDEOS,
            {
                "batch_size": batch_size or self._batch_size,
                "total_limit": total_limit,
                "videos_per_channel": videos_per_channel or self._videos_per_channel,
                "published_after": published_after and published_after.isoformat(),
                **asdict(wanted),
            },
            expected_items=pending if total_limit is None else min(pending, total_limit),
            **asked,
        )

    def test(self) -> Trial:
        """Make one real call with the key that would be used next; it costs its unit. Raises what the call raises."""
        request = channels_request([WELL_KNOWN_CHANNEL])
        began = time.perf_counter()
        with self._calls.purse(request.method, 1) as purse:
            [[answer]] = self._calls.run(purse, [request], threading.Event())
        found = parse_channels(answer.payload)
        seconds = round(time.perf_counter() - began, 3)
        return Trial(WELL_KNOWN_CHANNEL, bool(found), found[0].title if found else None, purse.spent, seconds)
