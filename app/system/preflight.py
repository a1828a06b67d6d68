"""What is looked at before processes start, and which workers there will be."""

from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from app.broker import QUEUES
from app.config import Settings
from app.errors import BadInputError, TributaryError


class RedisAwayError(TributaryError):
    """Redis is away, or refuses connections."""

    hint = "start Redis, or mend REDIS_URL"


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """A worker to start: its queues and the number of its processes."""

    queues: tuple[str, ...]
    processes: int


def planned(words: str, processes: int) -> list[WorkerPlan]:
    """The workers that WORKER_QUEUES means: `queue,queue` or `queue,queue:processes`, one word each.

    Those without a number share `processes`, one at least for each; what cannot be shared evenly goes to the last.
    Raises BadInputError unless every queue has a worker.
    """
    split = [word.partition(":") for word in words.split()]
    _check_queues([queue for queues, _, _ in split for queue in queues.split(",")])
    _check_numbers([number for _, mark, number in split if mark])
    shares = sum(not number for _, _, number in split)
    plans = []
    for queues, _, number in split:
        own = int(number) if number else max(1, processes // max(1, shares))
        if not number:
            processes, shares = processes - own, shares - 1
        plans.append(WorkerPlan(tuple(queues.split(",")), own))
    return plans


def _check_queues(queues: list[str]) -> None:
    known = f"there are {', '.join(QUEUES)}"
    if unknown := sorted(set(queues) - set(QUEUES)):
        raise BadInputError(f"WORKER_QUEUES names queues that do not exist: {', '.join(unknown)}", hint=known)
    if left := [queue for queue in QUEUES if queue not in queues]:
        raise BadInputError(f"WORKER_QUEUES leaves nobody to work on: {', '.join(left)}", hint=known)


def _check_numbers(numbers: list[str]) -> None:
    if wrong := [number for number in numbers if not number.isdecimal() or int(number) < 1]:
        hint = "write it as metadata,videos:8"
        raise BadInputError(f"WORKER_QUEUES: '{wrong[0]}' is no number of processes", hint=hint)


def redis_info(settings: Settings) -> dict[str, str]:
    """What Redis says of itself. Raises RedisAwayError."""
    try:
        with Redis.from_url(settings.redis_address(), socket_connect_timeout=5, socket_timeout=5) as redis:
            return redis.info()  # type: ignore[no-any-return]  # theirs
    except (RedisError, OSError) as error:
        raise RedisAwayError(f"Redis does not answer ({type(error).__name__})") from error
