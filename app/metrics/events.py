"""What is counted while it happens. What PostgreSQL knows anyway is not among it: metrics.sql reads that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens again and again. `bounds` are a histogram's, in seconds; none where nothing lasts."""

    name: str
    says: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


CALL, RETRY, ERROR = "youtube_call", "youtube_retries", "youtube_errors"
BATCH, WORN_OUT, RESCUE, ROUND = "jobs_batch", "jobs_batches_worn_out", "jobs_lease_rescues", "workers_keeper_rounds"
REQUEST = "http_request"

_OF_CALLS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_OF_BATCHES = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_OF_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

EVENTS = {
    event.name: event
    for event in (
        Event(CALL, "Calls to YouTube, each attempt, and how long they took", ("method", "outcome"), _OF_CALLS),
        Event(RETRY, "Calls to YouTube that were made again", ("method",)),
        Event(ERROR, "Calls to YouTube that failed, by what is to be done and Google's reason", ("class", "reason")),
        Event(BATCH, "Batches as workers ended them, and how long they held them", ("kind", "outcome"), _OF_BATCHES),
        Event(WORN_OUT, "Batches that were tried so often that they were cut in two or given up", ("kind",)),
        Event(RESCUE, "Batches taken from a worker that fell silent", ("kind",)),
        Event(ROUND, "Rounds of keepers"),
        Event(REQUEST, "Requests to the API until the answer begins", ("method", "route", "status"), _OF_REQUESTS),
    )
}
"""By name. Each becomes a metric: `tributary_<name>_total`, or `tributary_<name>_seconds` where it lasts."""
