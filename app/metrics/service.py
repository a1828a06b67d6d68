"""Metrics: counted by every process, kept in PostgreSQL, told by whichever process is asked."""

import threading
from collections.abc import Callable, Iterable, Mapping
from platform import python_version

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.clock import Clock
from app.db import Database
from app.logs import logger
from app.metrics import readings, store
from app.metrics.families import gauge, of_events
from app.metrics.readings import QueueOf
from app.metrics.tallies import Tallies
from app.version import VERSION

# So old may be what other processes have counted; a process that is killed loses no more.
WRITE_SECONDS = 5.0
_log = logger(__name__)
LookAtQueues = Callable[[], Mapping[str, int] | None]
"""Messages in each queue; None when the broker does not answer."""


class Metrics:
    """What this process counts, and what all have counted."""

    def __init__(self, db: Database, clock: Clock, limits: Mapping[str, int], queue_of: QueueOf) -> None:
        """`limits`: units a day and project, by bucket."""
        self._db = db
        self._clock = clock
        self._limits = limits
        self._queue_of = queue_of
        self._tallies = Tallies()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    def count(self, event: str, *labels: str) -> None:
        """Count something; events.py has the names."""
        self._tallies.count(event, *labels)
        self._write_soon()

    def time(self, event: str, seconds: float, *labels: str) -> None:
        """Count something that took so long."""
        self._tallies.time(event, seconds, *labels)
        self._write_soon()

    def write(self) -> None:
        """Add what this process has counted to what all have. Raises nothing: what cannot be written now is kept."""
        if not (taken := self._tallies.take()):
            return
        try:
            with self._db.begin() as tx:
                store.add_counts(tx, taken)
        except SQLAlchemyError as error:
            # Whether a commit whose answer was lost took place is not known: rather twice than never.
            self._tallies.give_back(taken)
            _log.warning("counts_not_written", error=type(error).__name__)

    def exposition(self, accept: str, look: LookAtQueues) -> tuple[bytes, str]:
        """All metrics as the Accept header wants them, and the content type. Also while the database is away."""
        self.write()
        encode, content_type = choose_encoder(accept)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Told([*self._of_database(), *_of_queues(look()), _build()]))
        return encode(registry), content_type

    def close(self) -> None:
        """Write no more by itself."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _of_database(self) -> list[Metric]:
        try:
            with self._db.begin() as tx:
                seen = store.readings(tx, self._limits, self._clock.sql_now())
                counts = store.list_counts(tx)
        except (DBAPIError, TimeoutError) as error:
            _log.warning("database_away", error=type(error).__name__)
            return [_up("database_up", "1 when PostgreSQL answers", is_up=False)]
        parts = (readings.of_items, readings.of_units, readings.of_jobs, readings.of_workers, readings.of_database)
        return [
            *of_events(counts),
            *(metric for part in (*parts, readings.of_ages) for metric in part(seen)),
            *readings.of_batches(seen, self._queue_of),
            _up("database_up", "1 when PostgreSQL answers", is_up=True),
        ]

    def _write_now(self) -> None:
        with self._lock:
            self._timer = None
        self.write()

    def _write_soon(self) -> None:
        """One timer at a time, and none while nothing happens. Also after a fork: a child has a wiring of its own."""
        if self._timer is not None or self._closed:
            return
        with self._lock:
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(WRITE_SECONDS, self._write_now)
                self._timer.daemon = True
                self._timer.start()


class _Told(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_queues(lengths: Mapping[str, int] | None) -> list[Metric]:
    says = "Messages in the lists of the broker; the batches are what counts"
    samples = [([queue], length) for queue, length in (lengths or {}).items()]
    up = _up("redis_up", "1 when Redis answers", is_up=lengths is not None)
    return [gauge("redis_queue_messages", says, ["queue"], samples), up]


def _up(name: str, says: str, *, is_up: bool) -> Metric:
    return gauge(name, says, (), [((), is_up)])


def _build() -> Metric:
    labels = ("version", "python")
    return gauge("build_info", "Which version answers", labels, [((VERSION, python_version()), 1)])
