"""Workers that end, in the time that is promised: with the settings that everybody has who sets none."""

import textwrap
from collections.abc import Callable

import pytest

from app.config import Settings
from app.jobs.model import NewBatch
from app.jobs.types import JobType
from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
Drive = Callable[[], Driver]
LEASE, KEEPER = (str(Settings.model_fields[name].default) for name in ("lease_seconds", "keeper_seconds"))


def held(system: Driver) -> list[tuple[object, ...]]:
    return sql(system.wiring, "select id, fence from job_batches where state = 'running'")


@pytest.mark.alone
def test_the_batches_of_a_dead_worker_are_back_within_thirty_seconds(stack: Stack, drive: Drive) -> None:
    stack.configure(LEASE_SECONDS=LEASE, KEEPER_SECONDS=KEEPER)
    system = drive()
    doomed = stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=4_000))
    stack.emulator.set_latency(1_000)
    system.post("/api/batch-metadata", batch_size=2_000, total_limit=4_000)
    wait_for(lambda: len(held(system)) == 2, 30, "both processes at work")
    before = held(system)
    stack.start_worker()
    ticks = "select count(*) from worker_ticks"
    wait_for(lambda: sql(system.wiring, ticks) == [(2,)], 30, "the other worker to keep")
    stack.kill(doomed)

    anew = "select count(*) from job_batches where state in ('running', 'done') and fence > 1"
    wait_for(lambda: sql(system.wiring, anew) == [(len(before),)], 30, "another worker to have taken both")


@pytest.mark.alone
def test_a_worker_that_is_stopped_hands_back_within_thirty_seconds(stack: Stack, drive: Drive) -> None:
    """Calls of five seconds are under way: they are finished and kept, nothing else begins."""
    stack.configure(LEASE_SECONDS=LEASE, KEEPER_SECONDS=KEEPER, CALLS_IN_FLIGHT="2")
    system = drive()
    worker = stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=1_000))
    stack.emulator.set_latency(5_000)
    job_id = system.post("/api/batch-metadata", batch_size=500)
    wait_for(lambda: system.job(job_id).processed_items > 0, 30, "calls to be under way")

    assert stack.stop(worker) < 30
    assert worker.returncode == 0
    left = "select distinct state, attempts, lost from job_batches where job_id = :id"
    batches = sql(system.wiring, left, id=job_id)
    assert batches == [("ready", 0, 0)]
    job = system.job(job_id)
    assert job.processed_items == 50 * job.units_used == 50 * stack.calls_that_left()
    [usage] = system.wiring.keys.usage()
    assert (usage.reserved, usage.used) == (0, job.units_used)


POISON = "UCpoisonpoisonpoisonpois"
PLUG_IN = """
import os, signal
from app.jobs.model import Cut, NewBatch, Remark, Slice
from app.jobs.states import Outcome

class Deadly:
    name, bucket = "deadly", None

    def cut(self, tx, job, room):
        return Cut([], {}, last=True)

    def run(self, work):
        items = work.batch.spec["items"]
        if POISON in items:
            os.kill(os.getpid(), signal.SIGKILL)
        work.commit([0], lambda _: Slice(outcomes={**dict.fromkeys(Outcome, 0), Outcome.FETCHED: len(items)}))

    def again(self, tx, spec, settled):
        return []

    def halves(self, spec, settled):
        items = spec["items"]
        middle = len(items) // 2
        return [NewBatch({"items": half}, len(half)) for half in (items[:middle], items[middle:])] if middle else []

    def give_up(self, spec, settled, why):
        return [Remark(Outcome.FAILED, item, why) for item in spec["items"]]
"""


def install_plug_in(stack: Stack) -> None:
    """As pip would: a module, and the entry point that names it."""
    (stack.folder / "deadly.py").write_text(f"POISON = {POISON!r}\n" + textwrap.dedent(PLUG_IN))
    told = stack.folder / "deadly-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[tributary.kinds]\ndeadly = deadly:Deadly\n")


def test_the_item_that_kills_each_process_that_touches_it_fails_alone(stack: Stack, drive: Drive) -> None:
    stack.configure(LEASE_SECONDS="1", KEEPER_SECONDS="0.5", BATCH_ATTEMPTS="2", PYTHONPATH=str(stack.folder))
    install_plug_in(stack)
    system = drive()
    worker = stack.start_worker()
    items = [f"item-{number}" for number in range(7)]
    items.insert(3, POISON)
    job = system.wiring.jobs.ask(JobType("deadly", "default"), {}, batches=[NewBatch({"items": items}, len(items))])

    job = system.wait(job.id, "completed", 120)

    assert (job.fetched, job.failed, worker.poll()) == (7, 1, None)
    [(_, remark)] = system.wiring.jobs.items(job.id, outcome="failed", after=0, limit=9)
    assert remark.item == POISON
    assert "given up after 2 attempts" in remark.reason
    assert "fell silent" in remark.reason
    assert b"SIGKILL" in (stack.folder / "worker-0.log").read_bytes()
