"""`metadata --dry-run` and the end of a job, as people meet them."""

import re

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import sql
from tests.jobs.steps import change, fill_catalog, running_job
from tests.videos.steps import known_channels


def test_a_dry_run_tells_what_it_would_take(run: Run, wiring: Wiring, emulator: Control) -> None:
    change(wiring, "update api_projects set quota_limits = '{\"default\": 2}'")
    fill_catalog(wiring, emulator.channel_ids(count=420))

    told = run("metadata", "--dry-run", "--total-limit", "410")

    assert (told.returncode, told.stderr) == (0, "")
    *lines, end, assumed = told.stdout.splitlines()
    assert [re.sub(r"20\d\d-\d\d-\d\d", "DAY", line) for line in lines] == [
        "items     410 in 9 calls",
        "units     9 of the 'default' quota, which has 2 of 2 left today",
        "left out  10: more than total_limit",
        *["day       DAY: 2 units"] * 3,
        "day       ... 5 days in all",
    ]
    assert re.fullmatch(r"end       20\S+\+00:00, limited by quota", end)
    assert assumed.startswith("assumed   at today's quota and 400 channels per second (a guess")
    assert sql(wiring, "select count(*) from processing_jobs") == [(0,)]


def test_a_dry_run_of_videos_tells_the_calls_of_each_method_and_their_bounds(
    run: Run, wiring: Wiring, emulator: Control
) -> None:
    known_channels(wiring, emulator.channel_ids(count=4))
    change(wiring, "update channels set video_count = 10 * (id = (select max(id::text)::uuid from channels))::integer")
    told = run("videos", "--dry-run", "--max-units", "5", "--videos-per-channel", "25")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[:4] == [
        "items     about 4 in 2 calls",
        "calls     1 playlistItems.list, 1 videos.list",
        "bounds    1 call at least",
        "units     about 2 of the 'default' quota, which has 9,999 of 10,000 left today",
    ]
    assert sql(wiring, "select count(*) from processing_jobs where job_type = 'videos'") == [(0,)]


def test_a_dry_run_without_a_key_says_that_there_is_no_end(run: Run, wiring: Wiring, emulator: Control) -> None:
    change(wiring, "update api_keys set is_active = false, disabled_reason = 'expired'")
    fill_catalog(wiring, emulator.channel_ids(count=10))
    told = run("metadata", "--dry-run")
    assert told.returncode == 0
    assert "end       none: no API key can be used: set YOUTUBE_API_KEY_1" in told.stdout


def test_a_job_is_shown_with_its_end(run: Run, wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=60))
    told = run("jobs", "show", str(job.id)).stdout
    end = r"end       20\S+\+00:00; 2 calls are left; the 'default' bucket has 10,000 units today"
    assert re.search(end, told), told
