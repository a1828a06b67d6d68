"""The budget of a job: the units that it may take at most, from its first call on.

The ledger holds every job to it (`lock_budget` in sql/queries/keys.sql); here is what people do with it.
"""

from sqlalchemy import Connection

from app.errors import BadInputError, ConflictError
from app.jobs import store
from app.jobs.model import Job
from app.words import count


class BudgetSpentError(ConflictError):
    """The budget of this job is spent."""


def settle_before_resuming(tx: Connection, job: Job, max_units: int | None) -> None:
    """Set the budget to go on with; None leaves it as it is. Raises where there would be nothing to spend."""
    budget, taken = store.lock_budget(tx, job.id)
    if max_units is None:
        if budget is not None and budget <= taken:
            raise BudgetSpentError(
                f"the budget of {count(budget, 'unit')} is spent",
                hint=f'resume with {{"max_units": M}}, M above {taken}',
            )
    elif max_units <= taken:
        raise BadInputError(
            f"the job has taken {count(taken, 'unit')} already", field="max_units", hint=f"send a number above {taken}"
        )
    else:
        store.set_budget(tx, job.id, max_units)


def of_retry(job: Job, max_units: int | None) -> int | None:
    """The budget of a retry: what was asked for, else what its job has left, else none.

    Raises BudgetSpentError where nothing is left.
    """
    if max_units is not None or job.max_units is None:
        return max_units
    if job.max_units <= job.units_taken:
        raise BudgetSpentError(
            f"the budget of {count(job.max_units, 'unit')} is spent",
            hint='retry with {"max_units": M} for the retry alone',
        )
    return job.max_units - job.units_taken


def is_that_of(retry: Job, job: Job, max_units: int | None) -> bool:
    """Tell whether a retry was asked for with this budget; None is also what its job had left at that time."""
    if max_units is None and job.max_units is not None:
        return True
    return bool(retry.params.get("max_units") == max_units)
