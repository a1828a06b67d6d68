"""`metadata --dry-run` and the end of a job, as people meet them."""

import re

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import sql
from tests.jobs.steps import change, fill_catalog, running_job


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
