"""Lines to PostgreSQL, Redis and YouTube that break, and messages that come twice and in disorder."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from app.jobs.types import queue_of
from bench.chaos.faults.contract import Condition, Moment, Strike, at_once, for_a_while

_TIMES = 3


def cut(server: str) -> Strike:
    """Reset the lines of all workers to a server, and every new connection."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        lines = [getattr(lines, server) for lines in moment.scene.lines()]
        for line in lines:
            line.cut()
        yield for_a_while(moment)
        for line in lines:
            line.heal()

    return strike


def stall(server: str) -> Strike:
    """Let one worker's line to a server swallow everything: no error tells it."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        line = getattr(moment.scene.lines()[moment.victim()], server)
        line.stall()
        yield for_a_while(moment)
        line.heal()

    return strike


@contextmanager
def repeat_messages(moment: Moment) -> Iterator[Condition]:
    """Every message that the job has ever sent comes again, three times, shuffled."""
    scene, job_id = moment.scene, moment.job_id
    rows = scene.query(
        "select b.id, j.job_type from job_batches b join processing_jobs j on j.id = b.job_id where j.id = %s", job_id
    )
    messages: list[tuple[int | UUID, str]] = [(batch_id, queue_of(kind)) for batch_id, kind in rows or []]
    messages += [(job_id, queue) for _, queue in messages[:1]]
    messages *= _TIMES
    moment.chance.shuffle(messages)
    for named, queue in messages:
        if isinstance(named, UUID):
            scene.wiring.doorbell.job(named, queue)
        else:
            scene.wiring.doorbell.batch(named, queue)
    yield at_once
