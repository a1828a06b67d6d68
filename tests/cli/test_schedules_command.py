"""`schedules ...` as people meet it."""

import json

import pytest

from app.wiring import Wiring
from tests.cli.conftest import Run


@pytest.fixture
def nightly(run: Run) -> str:
    made = run("schedules", "add", "nightly", "metadata", "--cron", "30 2 * * *", "--params", '{"total_limit": 5}')
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("T02:30:00Z\n") == 5
    return "nightly"


def test_a_schedule_is_listed_shown_paused_resumed_and_deleted(run: Run, nightly: str) -> None:
    assert "30 2 * * * UTC" in run("schedules", "list").stdout
    assert run("schedules", "pause", nightly).stdout == "nightly  paused\n"
    assert run("schedules", "list").stdout.rstrip().endswith("paused")
    assert run("schedules", "resume", nightly).stdout.endswith("T02:30:00Z\n")
    assert 'metadata {"total_limit": 5}, 30 2 * * * UTC' in run("schedules", "show", nightly).stdout
    assert json.loads(run("schedules", "show", nightly, "--json").stdout)["params"] == {"total_limit": 5}
    assert run("schedules", "delete", nightly).stdout.startswith("nightly  deleted")
    assert run("schedules", "list").stderr == "there are no schedules yet\n"


def test_run_waits_for_the_end_of_the_job(run: Run, nightly: str, worker: Wiring) -> None:
    ended = run("schedules", "run", nightly)
    assert ended.returncode == 0, ended.stderr
    [job] = worker.jobs.listed(before=None, limit=10)
    assert ended.stdout == f"{job.id}  completed\n"
    assert f"run: {job.id}" in run("schedules", "show", nightly).stdout


def test_a_dry_run_only_tells_the_times(run: Run) -> None:
    told = run("schedules", "add", "x", "metadata", "--every", "3600", "--dry-run")
    assert told.stdout.count(":00:00Z\n") == 5
    assert json.loads(run("schedules", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "x", "metadata", "--cron", "nonsense"), 1, "five fields"),
        (("add", "x", "metadata"), 1, "either"),
        (("add", "x", "metadata", "--every", "3600", "--params", "{"), 2, "it is not JSON"),
        (("run", "nobody"), 1, "there is no schedule 'nobody'"),
        (("delete", "../jobs"), 1, "error"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    ended = run("schedules", *arguments)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert told in ended.stderr
