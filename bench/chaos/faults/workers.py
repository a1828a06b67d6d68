"""Workers that are killed, stopped, or die at a named point."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from bench.chaos.faults.contract import Condition, Moment, Strike, at_once

_FREED = "leases_freed"


@contextmanager
def kill_a_child(moment: Moment) -> Iterator[Condition]:
    """SIGKILL of a process that carries out batches; Celery forks another."""
    for child in _one_child(moment):
        child.kill()
    yield at_once


@contextmanager
def pause_a_child(moment: Moment) -> Iterator[Condition]:
    """SIGSTOP of one until its lease was taken back, while its worker goes on."""
    freed, children = moment.scene.said(_FREED), _one_child(moment)
    for child in children:
        child.suspend()
    yield lambda: moment.scene.said(_FREED) > freed
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.resume()


@contextmanager
def kill_a_worker(moment: Moment) -> Iterator[Condition]:
    """SIGKILL of a worker with all its processes; another is started."""
    moment.scene.replace(moment.victim())
    yield at_once


@contextmanager
def kill_every_worker(moment: Moment) -> Iterator[Condition]:
    """SIGKILL of all there are; others are started."""
    for number in range(len(moment.scene.workers)):
        moment.scene.replace(number)
    yield at_once


@contextmanager
def pause_a_worker(moment: Moment) -> Iterator[Condition]:
    """SIGSTOP until its leases were taken back; it comes back as a zombie whose fence is too old."""
    scene, worker = moment.scene, moment.scene.workers[moment.victim()]
    freed = scene.said(_FREED)
    os.killpg(worker.pid, signal.SIGSTOP)
    yield lambda: scene.said(_FREED) > freed
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGCONT)


def _one_child(moment: Moment) -> list[psutil.Process]:
    """One of the processes of a worker; none when the worker has none at this moment."""
    with suppress(psutil.NoSuchProcess, IndexError):
        return [moment.chance.choice(psutil.Process(moment.scene.workers[moment.victim()].pid).children())]
    return []


def die(point: str) -> Strike:
    """The next child that passes the point kills itself there, as crashing_worker says."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        token = moment.scene.servers.folder / point
        token.touch()
        yield lambda: not token.exists()
        token.unlink(missing_ok=True)

    return strike
