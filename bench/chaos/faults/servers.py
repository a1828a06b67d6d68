"""PostgreSQL and Redis that stop, forget, or refuse."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg
import redis

from bench.chaos.faults.contract import Condition, Moment, at_once, for_a_while

_BLOCK = 2**20


@contextmanager
def restart_redis(moment: Moment) -> Iterator[Condition]:
    """SIGKILL, and back at once: at most a second of what was written is lost."""
    moment.scene.servers.valkey.crash()
    moment.scene.servers.valkey.start()
    yield at_once


@contextmanager
def flush_redis(moment: Moment) -> Iterator[Condition]:
    """FLUSHALL: every message and all progress is gone."""
    with suppress(redis.ConnectionError):
        moment.scene.redis.flushall()
    yield at_once


@contextmanager
def stop_redis(moment: Moment) -> Iterator[Condition]:
    """It is away for a while."""
    moment.scene.servers.valkey.stop()
    yield for_a_while(moment)
    moment.scene.servers.valkey.start()


@contextmanager
def crash_postgres(moment: Moment) -> Iterator[Condition]:
    """Immediate stop, as a power cut, and start: every transaction that was under way is lost."""
    moment.scene.servers.postgres.stop(immediate=True)
    moment.scene.servers.postgres.start()
    yield at_once


@contextmanager
def eat_connections(moment: Moment) -> Iterator[Condition]:
    """Throw everybody out and take all connections there are, also those that are kept for superusers."""
    url = moment.scene.servers.postgres.url("postgres")
    with ExitStack() as taken:
        with suppress(psycopg.OperationalError):
            while True:
                # Before each: who was thrown out comes back at once.
                mine = psycopg.connect(url, autocommit=True, application_name="eater", connect_timeout=5)
                taken.callback(mine.close)
                mine.execute(_THROW_OUT)
        yield for_a_while(moment)


_THROW_OUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'"


@contextmanager
def fill_disk(moment: Moment) -> Iterator[Condition]:
    """Write into the file system of the database until there is no room."""
    disk = moment.scene.servers.disk
    if disk is None:
        raise RuntimeError("there is no disk to fill")
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        for size in (_BLOCK, 4096):  # the second for what the first left
            with suppress(OSError):
                while file.write(os.urandom(1) * size) == size:
                    pass
    yield for_a_while(moment)
    ballast.unlink()
