"""Names that imports have found and no ids beside them: kept, counted, and resolved by a job of their own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.clock import Clock
from app.db import Database
from app.errors import ConflictError
from app.imports.contract import Name
from app.imports.waiting import store
from app.imports.waiting.model import Count, calls_of, in_words, reason_of
from app.jobs.model import Job, Remark
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Outcome
from app.jobs.types import MIGRATE, NAMES
from app.words import count
from app.youtube.forecasts import Forecasts, Workload
from app.youtube.resolving import store as memory
from app.youtube.resolving.links import Kind, Named, read
from app.youtube.resolving.lookups import Verdict

_COUNTED = 100_000
"""So many names are counted for whoever only looks at an import."""


class NothingWaitsError(ConflictError):
    """No name of this job waits to be resolved."""

    hint = "names are found by imports (job_type migrate); what was resolved or not found does not wait any longer"


class WaitingNames:
    """The names of imports."""

    def __init__(self, db: Database, clock: Clock, jobs: Jobs, forecasts: Forecasts) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._forecasts = forecasts

    def save(self, tx: Connection, job_id: UUID, names: Iterable[Name]) -> list[Remark]:
        """Keep the names of an import; what is to be said of each row: it is skipped, not lost."""
        readings = [(name, read(name.text)) for name in names]
        kept = [(found, name.line, name.text) for name, found in readings if isinstance(found, Named)]
        if kept:
            store.save(tx, job_id, kept)
        return [
            Remark(Outcome.SKIPPED, name.text, reason_of(found), name.line)
            if isinstance(found, Named)
            else Remark(Outcome.FAILED, name.text, found.reason, name.line)
            for name, found in readings
        ]

    def told(self, job: Job) -> str | None:
        """What an ended import says of its names; None where none wait, and of other jobs."""
        if job.job_type != MIGRATE.name or job.status not in ENDED or not job.skipped:
            return None
        counts = self._count(job.id, _COUNTED)
        if not counts:
            return None
        units = sum(calls_of(counts).values())
        at_least = "at least " if sum(one.names for one in counts.values()) >= _COUNTED else ""
        return (
            f"{at_least}{in_words(counts)} without a channel id can be resolved for about {count(units, 'unit')}: "
            f"POST /api/jobs/{job.id}/resolve-names, or jobs resolve-names {job.id}"
        )

    def forecast(self, job_id: UUID, max_units: int | None) -> dict[str, Any]:
        """What resolving the names of an import would take. Raises UnknownJobError, NothingWaitsError."""
        self._jobs.read(job_id)
        counts = self._count(job_id, None)
        if not counts:
            raise NothingWaitsError
        names, known = (sum(getattr(one, what) for one in counts.values()) for what in ("names", "known"))
        work = Workload(NAMES.name, names, "about", gaps=False, skipped=[], calls=calls_of(counts), without_calls=known)
        return self._forecasts.forecast(work, max_units)

    def ask(self, job_id: UUID, max_units: int | None, **asked: Any) -> Job:
        """A job that resolves the names of an import; the one that does so already, if there is one."""
        forecast = self.forecast(job_id, max_units)
        with self._db.begin() as tx:
            under_way = store.resolving_job(tx, job_id)
        if under_way is not None:
            return self._jobs.read(under_way)
        source = self._jobs.read(job_id).params.get("source", "")
        budget = {} if max_units is None else {"max_units": max_units}
        params = {"of": str(job_id), "source": source, **budget}
        return self._jobs.ask(NAMES, params, expected_items=forecast["items"], forecast=forecast, **asked)

    def known(self, names: Sequence[Named]) -> dict[Named, Verdict]:
        """What is remembered of these names."""
        with self._db.begin() as tx:
            found = memory.find(tx, names, self._clock.sql_now())
        return {name: found[key] for name in names if (key := (name.kind.value, name.name)) in found}

    def settle(self, tx: Connection, job_id: UUID, told: Mapping[Named, Verdict], *, fresh: bool) -> None:
        """Write down what became of names, and remember what was just told."""
        if fresh:
            memory.save(tx, told, self._clock.sql_now())
        outcomes = {name: "found" if verdict.channel_id else "not_found" for name, verdict in told.items()}
        store.settle(tx, job_id, outcomes)

    def _count(self, job_id: UUID, most: int | None) -> dict[Kind, Count]:
        with self._db.begin() as tx:
            return store.count(tx, job_id, most, self._clock.sql_now())
