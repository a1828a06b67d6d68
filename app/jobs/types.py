"""The types of jobs that can be asked for, and the queue that each is sent to.

How a type is carried out stands in workers/kinds/; the API only has to know its name and its queue.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobType:
    """A name and a queue. Unfinished batches of one `lane` never hold the same channel; None where no span is held.

    `bucket` is the quota that its calls are paid from; None where none are made.
    A batch without a span holds nothing, whatever its lane.
    """

    name: str
    queue: str
    lane: int | None = None
    bucket: str | None = None


MIGRATE = JobType("migrate", "migration")
METADATA = JobType("metadata", "metadata", lane=1, bucket="default")
VIDEOS = JobType("videos", "videos", lane=2, bucket="default")
PLAYLISTS = JobType("playlists", "videos", lane=4, bucket="default")
REFRESH = JobType("refresh", "metadata", bucket="default")
REFRESH_VIDEOS = JobType("refresh_videos", "videos", bucket="default")
REFRESH_STATISTICS = JobType("refresh_statistics", "videos", bucket="videos.batchGetStats")
DEFAULT_QUEUE = "default"
MOVING = JobType("moves", DEFAULT_QUEUE)
PUSH = JobType("push", DEFAULT_QUEUE)
POLL = JobType("poll", "videos", bucket="default")
UPLOADS = JobType("uploads", "videos", bucket="default")
RETENTION = JobType("retention", DEFAULT_QUEUE)
DISCOVERY = JobType("discovery", "discovery", bucket="default")
NAMES = JobType("names", "metadata", bucket="default")

_REFRESHING = (REFRESH, REFRESH_VIDEOS, REFRESH_STATISTICS)
_SPENDING = (METADATA, VIDEOS, PLAYLISTS, POLL, UPLOADS, DISCOVERY, NAMES, *_REFRESHING)
ADMINS_ALONE = frozenset({RETENTION.name})
"""Types that delete: asked for, scheduled and moved by administrators alone, and never moved with many others."""
JOB_TYPES = {job_type.name: job_type for job_type in (MIGRATE, *_SPENDING, MOVING, PUSH, RETENTION)}


def lane_of(job_type: str) -> int | None:
    """The lane of a job type; what comes from outside holds no channels."""
    return JOB_TYPES[job_type].lane if job_type in JOB_TYPES else None


def bucket_of(job_type: str) -> str | None:
    """The quota bucket of a job type; None where no calls are made, and of what comes from outside: workers know it."""
    return JOB_TYPES[job_type].bucket if job_type in JOB_TYPES else None


def queue_of(job_type: str) -> str:
    """The queue of a job type; what comes from outside goes through the default one."""
    return JOB_TYPES[job_type].queue if job_type in JOB_TYPES else DEFAULT_QUEUE
