"""All faults. Adding one is a function and a line here."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bench.chaos.crashing_points import POINTS
from bench.chaos.faults import network, servers, workers, youtube
from bench.chaos.faults.contract import Condition, Fault, Moment, for_a_while

SINGLE: Sequence[Fault] = (
    Fault("child killed", workers.kill_a_child),
    Fault("child paused beyond its lease", workers.pause_a_child),
    Fault("worker killed", workers.kill_a_worker),
    Fault("every worker killed", workers.kill_every_worker),
    Fault("worker paused beyond its lease", workers.pause_a_worker),
    *(Fault(f"dies {point}", workers.die(point), calls=point.endswith("call")) for point in POINTS),
    Fault("Redis restarted", servers.restart_redis),
    Fault("Redis flushed", servers.flush_redis),
    Fault("Redis away", servers.stop_redis),
    Fault("PostgreSQL crashed", servers.crash_postgres),
    Fault("PostgreSQL out of connections", servers.eat_connections),
    Fault("PostgreSQL's disk full", servers.fill_disk, needs_disk=True),
    Fault("PostgreSQL cut off", network.cut("postgres")),
    Fault("PostgreSQL silent", network.stall("postgres")),
    Fault("Redis cut off", network.cut("redis")),
    Fault("Redis silent", network.stall("redis")),
    Fault("YouTube cut off", network.cut("youtube"), calls=True),
    Fault("YouTube silent", network.stall("youtube"), calls=True),
    Fault("messages repeated and shuffled", network.repeat_messages),
    Fault("clocks an hour ahead", youtube.jump(1)),
    Fault("clocks an hour back", youtube.jump(-1)),
    Fault("YouTube fails every third call", youtube.fail(1 / 3), calls=True),
    Fault("YouTube fails every call", youtube.fail(1), calls=True, slow=True),
    Fault("quota ends, midnight comes", youtube.end_quota, calls=True),
)


@contextmanager
def _everything(moment: Moment) -> Iterator[Condition]:
    """All faults on top of each other, in a shuffled order; they are mended in the opposite one."""
    disk = moment.scene.servers.disk
    chosen = [fault for fault in SINGLE if disk or not fault.needs_disk]
    moment.chance.shuffle(chosen)
    chosen.sort(key=lambda fault: fault.needs_disk)  # last: PostgreSQL does not recover on a disk without room
    with ExitStack() as broken:
        for fault in chosen:
            broken.enter_context(fault.strike(moment))
        yield for_a_while(moment)


FAULTS: Sequence[Fault] = (*SINGLE, Fault("everything together", _everything))
