"""`refresh`, as people meet it."""

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import sql
from tests.jobs.steps import change, fill_catalog


def test_what_is_due_is_asked_for_again(run: Run, worker: Wiring, emulator: Control) -> None:
    [first, *_] = ids = emulator.channel_ids(count=3)
    fill_catalog(worker, ids)
    assert run("metadata").returncode == 0
    change(worker, "update channels set asked_at = asked_at - interval '7 days'")
    change(worker, "update channels set title = 'old' where channel_id = :id", id=first)

    told = run("refresh", "--dry-run", "--total-limit", "2")
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "items     2 in 1 call")

    told = run("refresh", "channels", "--max-units", "5")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == (
        "3 were due: 1 have changed, 2 have not, 0 not found, 0 skipped, 0 failed; 1 quota unit spent"
    )
    assert sql(worker, "select count(*) from channels where title = 'old'") == [(0,)]


def test_only_what_can_be_refreshed_is_understood(run: Run) -> None:
    told = run("refresh", "playlists")
    assert told.returncode == 2
    assert "'channels', 'videos', 'statistics'" in told.stderr
