"""One message, one batch: claim the one whose turn it is, carry it out, and write down how it ended."""

import time

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import DBAPIError

from app.db import is_outage
from app.errors import TributaryError
from app.imports.contract import SourceAwayError
from app.jobs import outcomes
from app.jobs.model import Batch, LostLeaseError
from app.keys.model import BudgetSpentError, NoQuotaError, ProjectSuspendedError
from app.logs import lines_of, logger, redact
from app.metrics.events import BATCH
from app.traces import going_back_to
from app.wiring import Wiring
from app.youtube.errors import ApiError, EndpointDownError, ErrorKind, NotSentError
from workers.contract import JobKind, TryLaterError
from workers.cutting import cutter
from workers.registry import kinds
from workers.work import Flag, Work

_FIRST_RETRY, _LONGEST_RETRY = 30.0, 600.0
_LONGEST_WHY = 500
_log = logger(__name__)


def run_batch(wiring: Wiring, batch_id: int, worker: str, stopping: Flag) -> None:
    """Carry out the batch whose turn it is when a message names this one, if there is any; then let its job go on."""
    batch = wiring.machine.claim_in_turn(batch_id, worker)
    if batch is not None:
        ids = {"job": str(batch.job_id), "batch": batch.id, "kind": batch.job_type}
        with lines_of(**ids, request=batch.request_id), going_back_to(batch.traceparent, "batch", **ids):
            _run(wiring, batch, stopping)


def _run(wiring: Wiring, batch: Batch, stopping: Flag) -> None:
    began = time.monotonic()
    try:
        outcome, units = _carry_out(wiring, batch, stopping)
        wiring.machine.end(batch, outcome, unsettled_units=units)
    except LostLeaseError:
        _log.warning("lease_lost", fence=batch.fence)
        return
    seconds, ended = time.monotonic() - began, type(outcome).__name__
    wiring.metrics.time(BATCH, seconds, batch.job_type, ended)
    _log.info("batch_ended", outcome=ended, seconds=round(seconds, 3))
    wiring.machine.advance(batch.job_id, cutter(kinds()[batch.job_type]))


def _carry_out(wiring: Wiring, batch: Batch, stopping: Flag) -> tuple[outcomes.BatchOutcome, int]:
    with Work(wiring, batch, stopping) as work:
        outcome = _outcome(kinds()[batch.job_type], work)
    return outcome, work.unsettled_units


def _outcome(kind: JobKind, work: Work) -> outcomes.BatchOutcome:
    """What became of the batch; whatever was raised on the way is put into a value here, and only here."""
    try:
        kind.run(work)
    except LostLeaseError:
        raise
    except TributaryError as error:
        return _foreseen(error, work.batch)
    except SoftTimeLimitExceeded:
        # What is settled stays settled, and another run goes on from there; without any progress it would for ever.
        return outcomes.Stopped() if work.has_settled else outcomes.Crashed("took longer than a batch may")
    except Exception as error:
        if isinstance(error, DBAPIError) and is_outage(error):
            raise  # nothing can be written down now; the lease runs out
        _log.exception("batch_crashed")
        return outcomes.Crashed(redact(f"{type(error).__name__}: {error}")[:_LONGEST_WHY])
    return outcomes.Done()


def _foreseen(error: TributaryError, batch: Batch) -> outcomes.BatchOutcome:
    match error:
        case NotSentError():
            return outcomes.Stopped()
        case NoQuotaError():
            return outcomes.WaitForQuota(error.why, error.resume_at, error.check_at)
        case ProjectSuspendedError() | BudgetSpentError():
            return outcomes.Halted(f"{error}; {error.hint}", only_as_last=isinstance(error, BudgetSpentError))
        case EndpointDownError() | TryLaterError():
            # An outage is nobody's fault: the batch waits as long as it takes, and keeps its attempt.
            return outcomes.RetryLater(error.seconds, str(error), counts=False)
        case ApiError() if error.kind is not ErrorKind.OUR_BUG:
            seconds = max(_FIRST_RETRY * 2.0 ** (batch.attempts - 1), error.retry_after or 0.0)
            return outcomes.RetryLater(min(_LONGEST_RETRY, seconds), str(error), counts=error.sent)
        case _:
            return _of_our_own(error, batch)


def _of_our_own(error: TributaryError, batch: Batch) -> outcomes.BatchOutcome:
    """What YouTube has nothing to do with."""
    if isinstance(error, SourceAwayError):
        return outcomes.RetryLater(_FIRST_RETRY * 2.0 ** (batch.attempts - 1), str(error), counts=True)
    return outcomes.Failed(f"{error}; {error.hint}")
