"""From channels that are known to others: what a job writes, and what it costs at the emulator."""

from math import ceil

from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.discoveries.conftest import discover, know
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.playlists.conftest import calls


def test_featured_channels_from_the_request_to_the_rows(wiring: Wiring, emulator: Control) -> None:
    seeds = emulator.channel_ids(count=60)
    know(wiring, seeds)
    paid = calls(emulator)["channels.list"]
    [(known,)] = sql(wiring, "select count(*) from channels where metadata_fetched")

    job = discover(wiring, methods=["featured_channels"])

    assert (job.status, job.processed_items) == (Status.COMPLETED, job.total_items)
    assert job.why is not None
    assert job.why.startswith("no channel is left")
    assert calls(emulator)["channelSections.list"] == known
    [(found,)] = sql(wiring, "select count(*) from discovered_channels where found_by = 'featured_channels'")
    [(added,)] = sql(wiring, "select count(*) from channels where source = 'discovery:featured_channels'")
    [(absent,)] = sql(wiring, "select count(*) from discovered_channels where absent_at is not null")
    [(asked,)] = sql(wiring, "select count(*) from discovered_channels where found_by is not null and depth > 0")
    assert int(str(found)) > int(str(added)) > 20
    assert int(str(absent)) > 0
    assert asked == int(str(added)) + int(str(absent))
    assert calls(emulator)["channels.list"] - paid == ceil(int(str(asked)) / 50)
    assert job.units_used == int(str(known)) + ceil(int(str(asked)) / 50)
    assert sql(
        wiring,
        "select count(*) from channels c where c.source like 'discovery:%' and not (c.metadata_fetched"
        " and exists (select from channel_discoveries e where e.discovered_channel_id = c.id"
        "             and e.source_channel_id = c.discovered_from))",
    ) == [(0,)]
    assert broken(wiring) == []
