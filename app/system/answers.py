"""What the operations on the system answer."""

from datetime import datetime
from typing import Literal

from app.answers import Answer, answers, file_of, like
from app.catalog.service import CatalogCounts
from app.jobs.answers import ShownJob
from app.jobs.model import Tick
from app.jobs.states import Status
from app.keys.answers import ShownKey
from app.videos.service import VideoCounts


class Alive(Answer):
    """This process answers."""

    status: Literal["ok"]


class Ready(Answer):
    """Whether requests can be served."""

    ready: bool
    status: Literal["ready", "degraded", "not ready"]
    database: str = ""
    """`ok`, or what is wrong; strangers are not told in production, neither of this nor of what follows."""
    redis: str = ""


class Health(Ready):
    """Whether requests can be served, and when that was asked."""

    timestamp: datetime | None = None


class UnitsToday(Answer):
    """Units of a bucket, over all projects."""

    used: int
    left: int


class Stats(Answer):
    """Counts of channels, videos and jobs, and units spent today."""

    total_videos: int
    total_channels: int
    channels_with_metadata: int
    active_api_keys: int
    pending_jobs: int
    running_jobs: int
    completed_jobs_today: int
    """Since midnight UTC."""
    channels: CatalogCounts
    videos: VideoCounts
    jobs: dict[Status, int]
    units_today: dict[str, UnitsToday]
    """By bucket."""


class RedisState(Answer):
    """Whether Redis answers."""

    status: Literal["ok", "away"]
    milliseconds: float | None = None
    detail: str | None = None


@like(Tick)
class Worker(Answer):
    """A worker or beat that was heard within an hour."""

    alive: bool


class Workers(Answer):
    """Who works, and who fell silent."""

    workers: list[Worker]
    alive: int
    hint: str | None
    """What to do when no worker is alive."""


class Overview(Stats, Health):
    """Everything at a glance."""

    environment: str
    workers: list[Worker]
    redis_status: RedisState
    api_keys: list[ShownKey]
    recent_jobs: list[ShownJob]


LIVE = answers(Alive)
READY = answers({200: Ready, 503: Ready})
HEALTH = answers({200: Health, 503: Health})
METRICS = answers(
    {200: file_of("counts in the text format of Prometheus", "text/plain", "application/openmetrics-text")}
)
STATS = answers(Stats)
OVERVIEW = answers(Overview)
REDIS = answers(RedisState)
WORKERS = answers(Workers)
