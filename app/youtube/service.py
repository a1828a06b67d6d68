"""What people ask of YouTube: metadata for what is in the catalogue, and whether the keys work."""

import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from math import ceil
from typing import Any, Literal

from app.catalog.service import PAID_COUNTED, Catalog, Pending
from app.catalog.uploads import MOST_LISTED, ChannelFilter, UploadsPrice
from app.config import Settings
from app.jobs import sizes
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.types import METADATA, VIDEOS
from app.youtube.calls import Calls
from app.youtube.costs import MAX_IDS
from app.youtube.forecasts import Forecasts, Skipped, Workload
from app.youtube.left_out import Waiting, left_out
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


@dataclass(frozen=True, slots=True)
class VideosWanted:
    """Of which channels, how many videos of each, and in what portions; what is None is left to the settings."""

    batch_size: int | None = None
    total_limit: int | None = None
    """Channels at most."""
    videos_per_channel: int | Literal["all"] | None = None
    published_after: datetime | None = None
    language: str | None = None
    country: str | None = None
    min_subscribers: int | None = None

    @property
    def channels(self) -> ChannelFilter:
        """Which channels."""
        return ChannelFilter(self.language, self.country, self.min_subscribers)


class YouTube:
    """The API as people use it; workers use `Calls`."""

    def __init__(self, calls: Calls, catalog: Catalog, jobs: Jobs, forecasts: Forecasts, settings: Settings) -> None:
        self._calls = calls
        self._forecasts = forecasts
        self._catalog = catalog
        self._jobs = jobs
        self._settings = settings
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
        forecast = self.forecast_metadata(total_limit, max_units)
        calls = ceil(sizes.batch_size(batch_size, forecast["items"], self._settings) / MAX_IDS)
        budget = {} if max_units is None else {"max_units": max_units}
        return self._jobs.ask(
            METADATA,
            {"batch_size": calls * MAX_IDS, "total_limit": total_limit, **budget},
            expected_items=forecast["items"],
            forecast=forecast,
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )

    def forecast_metadata(self, total_limit: int | None, max_units: int | None = None) -> dict[str, Any]:
        """What such a job would take, as JSON; in batches of whole calls their size changes nothing."""
        held = self._jobs.held_spans(METADATA)
        pending = self._catalog.pending(held, total_limit)
        skipped = self._skipped(pending, full=pending.free == total_limit)
        work = Workload(METADATA.name, pending.free, pending.accuracy, bool(held), skipped)
        return self._forecasts.forecast(work, max_units)

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
        max_units: int | None = None,
        idempotency_key: str | None = None,
        requested_by: str | None = None,
        **which: Any,
    ) -> Job:
        """A job that fetches the newest videos of channels that have metadata and no videos yet.

        `which` is what `VideosWanted` takes. The job spends `max_units` at most, then it pauses.
        """
        wanted = VideosWanted(**which)
        forecast = self.forecast_videos(wanted, max_units)
        since = wanted.published_after
        return self._jobs.ask(
            VIDEOS,
            {
                "batch_size": wanted.batch_size or self._batch_size,
                "total_limit": wanted.total_limit,
                "videos_per_channel": wanted.videos_per_channel or self._videos_per_channel,
                "published_after": since and since.isoformat(),
                **asdict(wanted.channels),
                **({} if max_units is None else {"max_units": max_units}),
            },
            expected_items=forecast["items"],
            forecast=forecast,
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )

    def forecast_videos(self, wanted: VideosWanted, max_units: int | None = None) -> dict[str, Any]:
        """What such a job would take, as JSON: judged by how many videos the channels had when they were last seen."""
        held = self._jobs.held_spans(VIDEOS)
        found, inside = self._catalog.without_videos(wanted.channels, held)
        free = found - inside
        items = free if wanted.total_limit is None else min(free, wanted.total_limit)
        size, each = wanted.batch_size or self._batch_size, wanted.videos_per_channel or self._videos_per_channel
        videos = MOST_LISTED if each == "all" else min(each, MOST_LISTED)
        price = self._catalog.price_uploads(wanted.channels, held, items, videos=videos, batch_size=size)
        everybody, _ = self._catalog.without_videos(ChannelFilter(), [])
        counted = everybody < PAID_COUNTED
        waiting = Waiting(everybody, found, inside, items, exact=counted)
        # Nobody knows ahead how many pages an old video is away, how long a list is, or how others cut the gaps.
        bounded = price.whole and each != "all" and not wanted.published_after and not held
        return self._forecasts.forecast(
            Workload(
                VIDEOS.name,
                items,
                _accuracy(price, counted=counted or items == wanted.total_limit),
                bool(held),
                left_out(self._catalog.counts(), waiting, "their videos are fetched already"),
                calls={"playlistItems.list": price.pages, "videos.list": price.packs},
                least=items - price.empty if price.whole else None,
                most=_most_calls(items - price.empty, videos, ceil(items / size)) if bounded else None,
                without_calls=price.empty,
                assuming="as if no video was older" if wanted.published_after else "",
            ),
            max_units,
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


def _most_calls(channels: int, videos: int, batches: int) -> int:
    """When every channel has as many videos as are wanted: pages, and packs of which one in a batch may be smaller."""
    return channels * ceil(videos / MAX_IDS) + (channels * videos // MAX_IDS + batches if channels else 0)


def _accuracy(price: UploadsPrice, *, counted: bool) -> str:
    """What was counted costs something or not as a number says that YouTube told some time ago."""
    if not counted:
        return "at least"
    return "about" if price.pages else "exact"
