"""What PostgreSQL knows, as metrics: work, money, workers, and itself."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import Metric

from app.metrics.families import OUTCOMES, Readings, Sample, counter, gauge, told

QueueOf = Callable[[str], str]
"""The queue of a kind of jobs."""
# A worker ticks every few seconds, beat every minute.
SILENT_AFTER = {"worker": 30.0, "beat": 180.0}


def of_items(readings: Readings) -> Iterator[Metric]:
    """What all jobs of each kind have done, ever: written with the work itself, so that it is true whoever dies."""
    rows = readings["list_item_counts"]
    kinds = [{**row, "kind": row["job_type"]} for row in rows]
    outcomes: list[Sample] = [([row["kind"], outcome], row[outcome]) for row in kinds for outcome in OUTCOMES]
    yield counter("jobs_items", "Items that have got their outcome", ("kind", "outcome"), outcomes)
    for name, says, field in (
        ("jobs_items_given_up", "Items whose batch was tried too often; they are failed", "given_up"),
        ("jobs_units", "Units that jobs have spent", "units"),
        ("catalog_channels_fetched", "Channels whose facts were written, new or again", "channels"),
        ("videos_fetched", "Videos whose facts were written, new or again", "videos"),
    ):
        samples = [sample for row in kinds for sample in told(row, ["kind"], field)]
        yield counter(name, says, ["kind"], samples)


def of_units(readings: Readings) -> Iterator[Metric]:
    """The ledger of the Pacific day, and the keys."""
    rows = readings["list_units"]
    for field, says in (
        ("used", "Units of today that are spent"),
        ("reserved", "Units of today that are handed out, not known to be spent"),
        ("quota_limit", "Units of a day"),
        ("exhausted", "1 when Google said that the bucket is empty before the ledger did"),
    ):
        samples = [sample for row in rows for sample in told(row, ("project", "bucket"), field)]
        name = "limit" if field == "quota_limit" else field
        yield gauge(f"keys_units_{name}", says, ("project", "bucket"), samples)
    keys = readings["count_keys"][0]
    states: list[Sample] = [([state], keys[state]) for state in ("usable", "disabled", "suspended")]
    yield gauge(
        "keys_by_state", "API keys that can be used, are switched off, or suspended by Google", ["state"], states
    )
    yield gauge("keys_reset_seconds", "Seconds until the Pacific day ends", (), [((), keys["seconds_to_reset"])])


def of_jobs(readings: Readings) -> Iterator[Metric]:
    """Jobs by state."""
    unended = [{**row, "kind": row["job_type"]} for row in readings["list_unended_jobs"]]
    labels = ("kind", "status")
    open_jobs = [sample for row in unended for sample in told(row, labels, "jobs")]
    yield gauge("jobs_unended", "Jobs that have not ended", labels, open_jobs)
    still = [sample for row in unended for sample in told(row, labels, "still_seconds")]
    yield gauge(
        "jobs_still_seconds", "How long nothing has happened to the job that stands still longest", labels, still
    )
    ended = [([row["job_type"], row["status"]], row["jobs"]) for row in readings["list_ended_jobs"]]
    yield gauge("jobs_ended_last_day", "Jobs that ended within 24 hours", labels, ended)


def of_batches(readings: Readings, queue_of: QueueOf) -> Iterator[Metric]:
    """The queue as it is: the batch row is the work, a message only knocks."""
    rows = [{**row, "queue": queue_of(row["job_type"])} for row in readings["list_open_batches"]]
    counts: list[Sample] = [
        ([row["job_type"], row["queue"], state], row[state])
        for row in rows
        for state in ("running", "waiting", "later")
    ]
    says = "Batches that run, wait for a worker, or are not to be tried yet"
    yield gauge("jobs_batches_open", says, ("kind", "queue", "state"), counts)
    ages: list[Sample] = [([row["job_type"], row["queue"]], row["oldest_seconds"]) for row in rows]
    says = "How long the batch that waits longest has been passed over"
    yield gauge("jobs_batches_oldest_waiting_seconds", says, ("kind", "queue"), ages)


def of_workers(readings: Readings) -> Iterator[Metric]:
    """Who was heard when."""
    rows = readings["list_silences"]
    silences = [sample for row in rows for sample in told(row, ("worker", "role"), "seconds")]
    yield gauge("workers_silent_seconds", "Seconds since it was heard; an hour long", ("worker", "role"), silences)
    alive: Mapping[str, int] = {
        role: sum(row["role"] == role and row["seconds"] < limit for row in rows)
        for role, limit in SILENT_AFTER.items()
    }
    samples: list[Sample] = [([role], count) for role, count in alive.items()]
    yield gauge("workers_alive", "Workers heard within 30 seconds, beats within 180", ["role"], samples)


def of_database(readings: Readings) -> Iterator[Metric]:
    """PostgreSQL itself, and what it keeps."""
    database = readings["read_database"][0]
    states: list[Sample] = [([state], database[state]) for state in ("active", "idle", "in_transaction")]
    yield gauge("database_connections", "Connections of Tributary to its database", ["state"], states)
    yield gauge("database_connections_limit", "Connections that the server allows all", (), [((), database["most"])])
    yield gauge("database_bytes", "Size of the database on its disk", (), [((), database["bytes"])])
    sizes = {row["name"]: row["rows"] for row in readings["list_sizes"]}
    waiting = sizes.pop("channels_without_metadata", 0)
    rows: list[Sample] = [([name], count) for name, count in sizes.items()]
    yield gauge("catalog_rows_estimate", "Rows as the statistics collector last estimated them", ["table"], rows)
    says = "Channels without metadata, likewise estimated"
    yield gauge("catalog_channels_waiting_estimate", says, (), [((), waiting)])


def of_ages(readings: Readings) -> Iterator[Metric]:
    """What is old or silent."""
    ages = readings["read_ages"][0]
    oldest = {"videos": ages["videos"], "channels": readings["oldest_channel"][0]["channels"]}
    samples: list[Sample] = [([data], age) for data, age in oldest.items() if age is not None]
    yield gauge("retention_oldest_seconds", "Age of the facts that were fetched longest ago", ["data"], samples)
    heard: list[Sample] = [] if ages["announced"] is None else [((), ages["announced"])]
    yield gauge("push_heard_seconds", "Seconds since the hub announced something", (), heard)
    yield gauge("push_subscribed", "1 while the hub is to announce uploads", (), [((), ages["subscribed"])])
    yield gauge("push_hub_failures", "Refusals of the hub in a row", (), [((), ages["hub_failures"] or 0)])
