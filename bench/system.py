"""The system on servers of its own, with an emulator in place of YouTube and channels to begin from."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import text

from app.catalog.ids import channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.clock import FixedClock
from app.config import Settings
from app.jobs import batch_store
from app.jobs.model import Job
from app.jobs.states import Status
from app.logs import set_up_logs
from app.migrator import migrate
from app.wiring import Wiring
from devstack.postgres import temporary_postgres
from devstack.valkey import temporary_valkey
from emulator.control import Control
from workers.batches import run_batch
from workers.keeper import keep

KEY = "AIzaSyBenchmarkBenchmarkBenchmarkBench0"
_BATCH_TAKES = timedelta(seconds=1)
_NEVER = threading.Event()


@contextmanager
def make_system(
    url: str, clock: FixedClock | None = None, shared_buffers: str | None = None, **quota: int
) -> Iterator[Wiring]:
    """An empty system with a key that no benchmark empties, but for buckets whose `quota` is told."""
    with temporary_postgres("18", shared_buffers) as postgres, temporary_valkey() as valkey:
        postgres.ensure_database("bench")
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # an option of pydantic-settings
            secret_key=SecretStr("the secret key of a benchmark"),
            database_url=SecretStr(postgres.url("bench")),
            redis_url=SecretStr(valkey.url),
            youtube_api_url=url,
            api_rate_limit_delay=0,
            youtube_quota={"default": 1_000_000, **quota},
            log_level="ERROR",
        )
        set_up_logs(settings)
        wiring = Wiring(settings, given_clock=clock)
        migrate(wiring.db)
        with wiring.db.begin() as tx:
            tx.execute(text("delete from schedules"))
        wiring.keys.add("bench", SecretStr(KEY), "bench")
        yield wiring
        wiring.close()


def know(wiring: Wiring, channel_ids: Sequence[str]) -> None:
    """Put channels into the catalogue, with their metadata."""
    with wiring.db.begin() as tx:
        wiring.catalog.save_imports(tx, ImportRows(ImportRow(channel_key(one)) for one in channel_ids), "bench")
    work_off(wiring, wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by="bench"))


def work_off(wiring: Wiring, job: Job) -> Job:
    """Be keeper and worker until the job has ended; the job then. RuntimeError when it failed.

    A batch takes a second of a clock that stands still, so that what is learned is learned anew in between.
    """
    while True:
        keep(wiring)
        with wiring.db.begin() as tx:
            due = batch_store.list_due(tx, patience=0, long_patience=0, now=wiring.clock.sql_now())
        if not due:
            break
        for batch_id, *_ in due:
            run_batch(wiring, batch_id, "bench", _NEVER)
            if isinstance(wiring.clock, FixedClock):
                wiring.clock.advance(_BATCH_TAKES)
    job = wiring.jobs.read(job.id)
    if job.status not in {Status.COMPLETED, Status.PAUSED}:  # paused: what it found came dearer than foreseen
        raise RuntimeError(f"the job is {job.status}: {job.why}")
    return job


def calls_by_method(control: Control) -> Counter[str]:
    """All calls that the emulator has counted."""
    counted: Counter[str] = Counter()
    for line in control.counters().calls:
        counted[line.method] += line.calls
    return counted
