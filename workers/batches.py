"""One message, one batch: claim it, carry it out, and write down how it ended."""

from app.errors import TributaryError
from app.imports.contract import UnusableSourceError
from app.jobs import outcomes
from app.jobs.model import Batch, LostLeaseError
from app.keys.model import NoQuotaError, ProjectSuspendedError
from app.logs import logger
from app.wiring import Wiring
from app.youtube.calls import NotSentError
from app.youtube.errors import ApiError, ErrorKind
from workers.contract import JobKind
from workers.registry import kinds
from workers.work import Flag, Work

_RETRY_SECONDS = 30.0
_log = logger(__name__)


def run_batch(wiring: Wiring, batch_id: int, worker: str, stopping: Flag) -> None:
    """Carry out a batch, if it is still to be had, then let its job go on."""
    batch = wiring.machine.claim(batch_id, worker)
    if batch is None:
        return
    try:
        outcome, units = _carry_out(wiring, batch, stopping)
        wiring.machine.end(batch, outcome, unsettled_units=units)
    except LostLeaseError:
        _log.warning("lease_lost", batch=batch.id, job=str(batch.job_id), fence=batch.fence)
        return
    _log.info("batch_ended", batch=batch.id, job=str(batch.job_id), outcome=type(outcome).__name__)
    wiring.machine.advance(batch.job_id, kinds()[batch.job_type].cut)


def _carry_out(wiring: Wiring, batch: Batch, stopping: Flag) -> tuple[outcomes.BatchOutcome, int]:
    with Work(wiring, batch, stopping) as work:
        outcome = _outcome(kinds()[batch.job_type], work)
    return outcome, work.unsettled_units


def _outcome(kind: JobKind, work: Work) -> outcomes.BatchOutcome:
    """What became of the batch; whatever was raised on the way is put into a value here, and only here."""
    try:
        kind.run(work)
    except NotSentError:
        return outcomes.Stopped()
    except NoQuotaError as none_left:
        return outcomes.WaitForQuota(none_left.why, none_left.resume_at, none_left.check_at)
    except ProjectSuspendedError as suspended:
        return outcomes.Halted(f"{suspended}; {suspended.hint}")
    except UnusableSourceError as unusable:
        return outcomes.Failed(f"{unusable}; {unusable.hint}")
    except ApiError as error:
        if error.kind is ErrorKind.OUR_BUG:
            return outcomes.Failed(f"YouTube refused our request as wrong: {error}")
        return outcomes.RetryLater(_RETRY_SECONDS, str(error))
    except LostLeaseError:
        raise
    except TributaryError as error:
        return outcomes.Failed(f"{error}; {error.hint}")
    return outcomes.Done()
