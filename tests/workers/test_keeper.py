"""The keeper: what dies, vanishes or gets stuck comes back by itself."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import redis
import structlog

from app.clock import FixedClock
from app.jobs import store
from app.jobs.states import Status
from app.jobs.types import METADATA, JobType
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, batch_ids, due, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, ask_for_metadata, change, claim, expire, fill_catalog, lone_job, running_job
from workers.batches import run_batch
from workers.keeper import Keeper, compare_counters, keep, tick
from workers.registry import kinds
from workers.work import Work

QUEUE = "tributary:metadata"


def messages(wiring: Wiring) -> int:
    """How many knocks wait in the queue of metadata jobs."""
    with redis.Redis.from_url(wiring.settings.broker_url()) as client:
        return int(client.llen(QUEUE))


def forget_everything(wiring: Wiring) -> None:
    with redis.Redis.from_url(wiring.settings.broker_url()) as client:
        client.flushall()


def test_what_a_silent_worker_held_comes_back(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    lost, held = claim(wiring, job, worker="dead"), claim(wiring, job, 1, worker="alive")
    expire(wiring, lost)
    keep(wiring)
    assert sql(wiring, "select id, state, why, attempts from job_batches order by id") == [
        (lost.id, "ready", "worker dead fell silent", 1),
        (held.id, "running", None, 1),
    ]
    assert due(wiring) == [lost.id]


def test_a_worker_that_lives_keeps_its_lease(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(lease_seconds=0.8, calls_in_flight=1)
    add_key(wiring, 1)
    emulator.set_latency(400)  # four calls last twice as long as the lease
    job = running_job(wiring, emulator.channel_ids(count=200), batch_size=200)
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker-1", NOT_STOPPING)
    assert wiring.jobs.read(job.id).status is Status.COMPLETED


def test_the_item_that_kills_its_worker_is_found_and_fails_alone(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_attempts=2)
    add_key(wiring, 1)
    ids = emulator.channel_ids(count=120)
    poison = ids[77]
    job = running_job(wiring, ids, batch_size=60)

    while batches := due(wiring):
        for batch_id in batches:
            if poison in spec_of(wiring, batch_id):  # its worker dies without a word
                batch = wiring.machine.claim(batch_id, "doomed")
                assert batch is not None
                expire(wiring, batch)
            else:
                run_batch(wiring, batch_id, "worker-1", NOT_STOPPING)
        keep(wiring)

    job = wiring.jobs.read(job.id)
    assert job.status is Status.COMPLETED
    assert job.outcomes == {"fetched": 119, "unchanged": 0, "not_found": 0, "skipped": 0, "failed": 1}
    [(_, remark)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=10)
    assert (remark.item, remark.reason) == (poison, "given up after 2 attempts: worker doomed fell silent")
    assert not wiring.catalog.read(poison).metadata_fetched
    assert broken(wiring) == []


def spec_of(wiring: Wiring, batch_id: int) -> list[str]:
    [(channel_ids,)] = sql(wiring, "select spec -> 'channel_ids' from job_batches where id = :id", id=batch_id)
    assert isinstance(channel_ids, list)
    return channel_ids


def test_a_file_that_kills_its_reader_fails_the_import(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(batch_attempts=2)
    (wiring.settings.import_root / "bomb.csv").write_text("channel_id\n")
    job = advance(wiring, wiring.imports.ask_for_file("csv", "bomb.csv", None))
    for _ in range(2):
        expire(wiring, claim(wiring, job, worker="doomed"))
        keep(wiring)
    job = wiring.jobs.read(job.id)
    assert job.status is Status.FAILED
    assert job.error_message == "given up after 2 attempts: worker doomed fell silent"


def test_what_was_settled_before_the_worker_died_is_not_done_again(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(batch_attempts=1)
    job = advance(wiring, wiring.imports.ask_for_rows([("UC_x5XG1OV2P6uZZ5FSM9Ttw", None), ("x", None)], "me"))
    batch = claim(wiring, job)
    with Work(wiring, batch, NOT_STOPPING) as work:
        kinds()["migrate"].run(work)  # and then it dies, before it can say that it is done
    expire(wiring, batch)
    job = work_off(wiring, job)
    assert (job.status, job.fetched, job.failed, job.total_items) == (Status.COMPLETED, 1, 1, 2)


def test_a_queue_that_was_lost_is_filled_again(wiring: Wiring, emulator: Control) -> None:
    forget_everything(wiring)
    running_job(wiring, emulator.channel_ids(count=30), batch_size=10)
    assert messages(wiring) == 1 + 3  # for the job, and for each batch
    keep(wiring)
    assert messages(wiring) == 4

    forget_everything(wiring)
    keep(wiring)
    assert messages(wiring) == 0  # they may be on their way
    a_while_ago(wiring, seconds=6)
    keep(wiring)
    assert messages(wiring) == 3


def test_nobody_knocks_twice_while_messages_wait_but_after_a_long_time(wiring: Wiring, emulator: Control) -> None:
    forget_everything(wiring)
    running_job(wiring, emulator.channel_ids(count=30), batch_size=10)
    a_while_ago(wiring, seconds=200)
    keep(wiring)
    assert messages(wiring) == 4
    a_while_ago(wiring, seconds=301)
    keep(wiring)
    assert messages(wiring) == 4 + 3


def a_while_ago(wiring: Wiring, seconds: int) -> None:
    change(wiring, "update job_batches set knocked_at = now() - make_interval(secs => :seconds)", seconds=seconds)


def test_two_keepers_at_once(make_wiring: MakeWiring, emulator: Control) -> None:
    one, two = make_wiring(batch_attempts=1), make_wiring(batch_attempts=1)
    job = running_job(one, emulator.channel_ids(count=64), batch_size=2)
    for ordinal in range(32):
        expire(one, claim(one, job, ordinal, worker="dead"))
    with ThreadPoolExecutor(8) as pool:
        rounds = [pool.submit(keep, wiring) for wiring in (one, two) * 4]
    assert [round_.exception() for round_ in rounds] == [None] * 8
    keep(one)  # what one of them was just looking at, the others have left to the next round
    assert sql(one, "select state, count(*), sum(total_items) from job_batches group by 1 order by 1") == [
        ("done", 32, 0),
        ("ready", 64, 64),
    ]


def test_one_job_that_cannot_go_on_does_not_stop_the_others(wiring: Wiring, emulator: Control) -> None:
    broken = wiring.jobs.ask(METADATA, {})
    stranger = lone_job(wiring, JobType("of a plug-in that is gone", "default"))
    fill_catalog(wiring, emulator.channel_ids(count=1))
    job = ask_for_metadata(wiring)
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        job = work_off(wiring, job)
    assert job.status is Status.COMPLETED
    assert wiring.jobs.read(broken.id).status is Status.PENDING
    assert wiring.jobs.read(stranger.id).status is Status.PENDING
    assert {(line["event"], line["job"]) for line in logs if line["log_level"] == "error"} == {
        ("job_not_moved", str(broken.id)),
        ("unknown_job_type", str(stranger.id)),
    }


def test_worn_out_batches_of_a_plug_in_that_is_gone_wait_for_it(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_attempts=1)
    job = running_job(wiring, emulator.channel_ids(count=2), batch_size=1)
    expire(wiring, claim(wiring, job))
    change(wiring, "update processing_jobs set job_type = 'of a plug-in that is gone'")
    keep(wiring)
    assert sql(wiring, "select distinct state from job_batches") == [("ready",)]


def test_counters_that_differ_are_told(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    change(wiring, "update processing_jobs set total_items = 2")
    with structlog.testing.capture_logs() as logs:
        compare_counters(wiring)
    [told] = [line for line in logs if line["event"] == "counters_differ"]
    assert (told["id"], told["total_items"], told["total_of_batches"]) == (str(job.id), "2", "1")


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"


def test_it_keeps_until_it_is_stopped(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(keeper_seconds=0.05)
    job = running_job(wiring, emulator.channel_ids(count=1))
    expire(wiring, claim(wiring, job))
    keeper = Keeper(wiring, "worker-1")
    keeper.start()
    wait_for(lambda: due(wiring) == batch_ids(wiring, job.id), "the lease to be freed")
    keeper.stop()
    with wiring.db.begin() as tx:
        [seen] = store.list_ticks(tx)
    assert (seen.worker, seen.role) == ("worker-1", "worker")


def test_every_tick_prepares_the_coming_weeks(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(FixedClock(datetime(2031, 12, 31, tzinfo=UTC)))
    for _ in range(2):
        tick(wiring, "beat", "beat")
    weeks = "select relname from pg_class where relname like '%snapshots_203%' and relkind = 'r' order by 1"
    mondays = ("2031_12_29", "2032_01_05", "2032_01_12", "2032_01_19", "2032_01_26", "2032_02_02")
    made = [(f"{of}_snapshots_{monday}",) for of in ("channel", "video") for monday in mondays]
    assert sql(wiring, weeks) == made


def test_a_job_that_asks_for_what_cannot_be_computed_fails_and_says_so(wiring: Wiring, emulator: Control) -> None:
    """It would be looked at for ever, and nobody would hear why nothing comes of it."""
    fill_catalog(wiring, emulator.channel_ids(count=20))
    job = ask_for_metadata(wiring, batch_size=10**20)
    keep(wiring)
    failed = wiring.jobs.read(job.id)
    assert failed.status is Status.FAILED
    assert "out of range" in str(failed.error_message)
