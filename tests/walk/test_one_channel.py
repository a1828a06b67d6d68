"""The story of one channel: from a line in somebody's file to a row that is kept fresh. Read this file first.

The rooms it passes: imports -> jobs -> catalog -> keys -> youtube -> catalog. Everything is real but YouTube, whose
place the emulator takes; instead of Celery, `work_off` calls what a worker calls.
"""

from datetime import timedelta

from app.catalog.ids import channel_key
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import sql, work_off


def test_one_channel(wiring: Wiring, emulator: Control) -> None:
    [channel_id] = emulator.channel_ids(count=1)

    # Somebody has a list. One line of it is a channel, another is not; nothing of it may get lost.
    file = wiring.settings.import_root / "my_channels.csv"
    file.write_text(f'channel_id,title\n{channel_id},"Cats, mostly"\nnot-a-channel,Oops\n', encoding="utf-8")

    # They ask for it to be imported. The answer is a job: a row in PostgreSQL, and a message that says so.
    job = wiring.imports.ask_for_file("csv", "my_channels.csv", None)
    assert job.status is Status.PENDING
    assert job.why == "waiting for a worker"

    # A worker carries it out. Both lines have an outcome, and the bad one says where it stands and why it was rejected.
    job = work_off(wiring, job)
    assert job.status is Status.COMPLETED
    assert (job.fetched, job.failed, job.total_items) == (1, 1, 2)
    [(_, rejected)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=10)
    assert (rejected.line, rejected.item, rejected.reason) == (3, "not-a-channel,Oops", "not a channel id")

    # Now the catalogue knows the channel, and the title that stood in the file, and nothing else. No call was made.
    channel = wiring.catalog.read(channel_id)
    assert channel.id == channel_key(channel_id)
    assert (channel.title, channel.source) == ("Cats, mostly", "csv:my_channels.csv")
    assert not channel.metadata_fetched
    assert emulator.counters().calls == ()

    # Next they ask for metadata, first what it would take: that creates nothing. The job knows the same from the first.
    forecast = wiring.youtube.forecast_metadata(None)
    assert (forecast["items"], forecast["calls"], forecast["units"]) == (1, 1, {"default": 1})
    job = wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by="me")
    assert job.expected_items == 1
    assert job.forecast is not None
    assert job.forecast["units"] == forecast["units"]

    # A worker cuts a batch, claims it, reserves a unit, makes the call, and writes all it learned in one transaction.
    job = work_off(wiring, job)
    assert job.status is Status.COMPLETED
    assert (job.fetched, job.units_used) == (1, 1)
    moves = [(event.from_status, event.to_status) for event in wiring.jobs.events(job.id)]
    assert moves == [(None, "pending"), ("pending", "running"), ("running", "completed")]

    # The row has the facts now, when they were told, and until when they may be kept: thirty days.
    channel = wiring.catalog.read(channel_id)
    assert channel.metadata_fetched
    assert channel.availability == "available"
    assert channel.title != "Cats, mostly"
    assert channel.uploads_playlist_id == f"UU{channel_id[2:]}"
    assert channel.fetched_at is not None
    assert channel.expires_at == channel.fetched_at + timedelta(days=30)

    # Beside it stands its first snapshot: where every history begins.
    [snapshot] = wiring.catalog.snapshots(channel_id)
    assert snapshot.observed_at == channel.fetched_at
    assert (snapshot.subscriber_count, snapshot.view_count) == (channel.subscriber_count, channel.view_count)

    # The ledger counted one unit, and so did the other side.
    [usage] = wiring.keys.usage()
    assert (usage.used, usage.reserved) == (1, 0)
    [units] = emulator.counters().units
    assert units.used == 1

    # And the key that paid stands nowhere but in the vault, where it cannot be read.
    [(sealed,)] = sql(wiring, "select encrypted_key from api_keys")
    assert b"AIza" not in bytes(sealed)  # type: ignore[call-overload]  # a memoryview
