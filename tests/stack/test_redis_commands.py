"""How many commands Redis is sent: some who rent theirs pay for each."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

import pytest
import redis

from bench.processes import wait_for
from bench.redis_commands import commands
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
Drive = Callable[[], Driver]
POLLS = 3


@contextmanager
def counted(stack: Stack) -> Iterator[Counter[str]]:
    """The commands between the beginning and the end of the block, also those that scripts carry out."""
    with redis.Redis.from_url(stack.valkey.url) as client:
        counts: Counter[str] = Counter()
        before = commands(client)
        yield counts
        counts.update(commands(client) - before)


def test_an_idle_worker_sends_twelve_commands_a_minute_at_most(stack: Stack, drive: Drive) -> None:
    """Idle, and looking after a job that waits for tomorrow's quota."""
    stack.configure(YOUTUBE_QUOTA='{"default": 1}')
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=200))
    waiting = system.post("/api/batch-metadata")
    system.wait(waiting, "waiting_for_quota")

    with counted(stack) as sent, redis.Redis.from_url(stack.valkey.url) as client:
        began = commands(client)["brpop"]
        wait_for(lambda: commands(client)["brpop"] >= began + POLLS, 60, "an idle worker asks for messages")

    assert system.job(waiting).status == "waiting_for_quota"
    polls_a_minute = 60 / system.wiring.settings.broker_poll_seconds
    assert sent.total() / POLLS * polls_a_minute <= 12, sent


@pytest.mark.parametrize(("channels", "batch_size"), [(500, 50), (6_000, 600)])
def test_a_batch_is_twenty_commands_at_most_whatever_its_size(
    stack: Stack, drive: Drive, channels: int, batch_size: int
) -> None:
    stack.configure()
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=channels))

    with counted(stack) as sent:
        job = system.wait(system.post("/api/batch-metadata", batch_size=batch_size), "completed")

    batches = ceil(job.total_items / batch_size)
    assert (job.processed_items, batches) == (channels, 10)
    assert 10 <= sent.total() / batches <= 20, sent


def test_a_thousand_channels_are_a_hundred_commands_at_most_from_file_to_metadata(stack: Stack, drive: Drive) -> None:
    stack.configure()
    system = drive()
    stack.start_worker()
    ids = stack.emulator.channel_ids(count=1_000)

    with counted(stack) as of_import:
        system.import_ids(ids)
    with counted(stack) as of_metadata:
        job = system.wait(system.post("/api/batch-metadata", batch_size=200), "completed")

    assert job.processed_items == 1_000
    assert 1 <= of_import.total() <= 100, of_import
    assert 5 <= of_metadata.total() <= 100, of_metadata
