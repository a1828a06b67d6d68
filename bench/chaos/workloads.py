"""The jobs that are disturbed: one of each kind, in the order in which each finds what it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from app.imports.contract import Name
from app.jobs.types import METADATA, POLL, PUSH, UPLOADS, bucket_of
from app.web import create_app
from app.wiring import Wiring
from emulator.universe.universe import Universe
from workers.keeper import keep

MISSING_SHARE, BAD_ROWS = 0.04, 7
VIDEOS_PER_CHANNEL = 10
_SUBSCRIBED = 120
_ANNOUNCED, _REFRESHED, _NAMED = 200, 150, 150
_SOME_VIDEOS = {"batch_size": 25, "total_limit": 150, "videos_per_channel": VIDEOS_PER_CHANNEL}
FILE = "chaos.csv"

Ask = Callable[[Wiring], UUID]


@dataclass(frozen=True)
class Workload:
    """A kind of job, how it is asked for, and how many days after the one before it."""

    name: str
    ask: Ask
    days_later: int = 0

    @property
    def calls(self) -> bool:
        """Whether it calls YouTube."""
        return bucket_of(self.name) is not None


def over_http(path: str, **body: object) -> Ask:
    """Ask as people do."""
    return lambda wiring: UUID(_post(wiring, path, body)["id"])


def _post(wiring: Wiring, path: str, body: Mapping[str, object]) -> dict[str, Any]:
    answer = create_app(wiring).test_client().post(path, json=body)
    if not answer.is_json or answer.json is None or answer.status_code != 202:  # noqa: PLR2004 - accepted
        raise AssertionError(f"{path} answered {answer.status_code}: {answer.text}")
    return dict(answer.json)


def _push(wiring: Wiring) -> UUID:
    """Subscribe channels; then, as a keeper does, ask for the job that asks the hub about them."""
    lines = (wiring.settings.import_root / FILE).read_text().splitlines()
    _post(wiring, "/api/push/subscriptions", {"channel_ids": lines[1 : _SUBSCRIBED + 1]})
    params = {"total_limit": _SUBSCRIBED, "due_at": wiring.clock.now().isoformat()}
    return wiring.jobs.ask(PUSH, params, expected_items=_SUBSCRIBED).id


def _names(wiring: Wiring) -> UUID:
    """What the first import might have found without an id: handles, some of which nobody has, and links of videos."""
    universe, now = Universe(), this_noon()
    ids = islice(universe.existing_ids(now, _NAMED), _NAMED)
    some = [channel for one in ids if (channel := universe.channel(one, now))]
    handles = [*(channel.handle for channel in some if channel.handle), "@nobody.has.this", "@nor.this.one"]
    videos = [f"https://youtu.be/{video.id}" for one in some for video in islice(universe.uploads(one, now), 1)]
    [migrated] = wiring.jobs.listed(before=None, limit=1, job_type="migrate")
    with wiring.db.begin() as tx:
        wiring.names.save(tx, migrated.id, [Name(line, text) for line, text in enumerate([*handles, *videos], 1)])
    return over_http(f"/api/jobs/{migrated.id}/resolve-names")(wiring)


def _poll(wiring: Wiring) -> UUID:
    """As a keeper does when the hub has been silent about all of these."""
    params = {"total_limit": _SUBSCRIBED, "silent_since": wiring.clock.now().isoformat()}
    return wiring.jobs.ask(POLL, params, expected_items=_SUBSCRIBED).id


def _uploads(wiring: Wiring) -> UUID:
    """As a keeper does when what was announced has waited long enough."""
    return wiring.jobs.ask(UPLOADS, {"total_limit": _ANNOUNCED}, expected_items=_ANNOUNCED).id


def _refresh(what: str) -> Ask:
    return over_http("/api/batch-refresh", what=what, batch_size=50, total_limit=_REFRESHED, max_age_hours=1)


WORKLOADS: Sequence[Workload] = (
    Workload("migrate", over_http("/api/migrate", source_type="csv", source_path=FILE, batch_size=100)),
    Workload("names", _names),
    Workload("metadata", over_http("/api/batch-metadata", batch_size=200)),
    Workload("videos", over_http("/api/batch-videos", **_SOME_VIDEOS)),
    Workload("push", _push),
    Workload("moves", over_http("/api/jobs/moves", move="cancel", filter={"status": "paused"})),
    # By then there are new videos, which the hub has not announced.
    Workload("poll", _poll, days_later=3),
    Workload("uploads", _uploads),
    Workload("refresh", _refresh("channels")),
    Workload("refresh_videos", _refresh("videos")),
    Workload("refresh_statistics", _refresh("statistics")),
    Workload("playlists", over_http("/api/batch-playlists", batch_size=1, total_limit=3), days_later=17),
    Workload("discovery", over_http("/api/batch-discovery", methods=["featured_channels"], batch_size=50, min_yield=0)),
    # The facts of the first day have to go now, the playlists may stay.
    Workload("retention", over_http("/api/retention"), days_later=11),
)


def write_file(folder: Path, channels: int, now: datetime) -> None:
    """Channels that exist, some that do not, and rows that are no channels."""
    universe, missing = Universe(), round(channels * MISSING_SHARE)
    ids = [*islice(universe.existing_ids(now), channels - missing), *islice(universe.missing_ids(now), missing)]
    rows = [*sorted(ids, key=lambda channel_id: channel_id[::-1]), *(f"no channel {row}" for row in range(BAD_ROWS))]
    (folder / FILE).write_text("channel_id\n" + "\n".join(rows) + "\n")


def pause_jobs(wiring: Wiring, jobs: int) -> None:
    """Jobs that stand still, for the workload that moves them."""
    for _ in range(jobs):
        job = wiring.jobs.ask(METADATA, {"batch_size": 50, "total_limit": None})
        wiring.jobs.stop(job.id, "pause")
    keep(wiring)


def end_schedules(wiring: Wiring) -> None:
    """Only what a round asks for runs: midnight that comes early would also bring what is asked for every night."""
    for schedule in wiring.schedules.listed(after=None, limit=1_000):
        wiring.schedules.delete(schedule.name)


def this_noon() -> datetime:
    """Noon in Los Angeles on this day, so that clocks may jump by an hour and the quota day stays the same."""
    return datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0)
