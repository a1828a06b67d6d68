"""`jobs ...` as people meet it: one job, many jobs, what was not fetched and why."""

import json
from typing import Any

import pytest

from app.jobs.model import Job
from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import batch_ids, sql, work_off
from tests.jobs.steps import advance, change, fill_catalog, running_job
from workers.keeper import keep


def half_failed(wiring: Wiring, emulator: Control) -> Job:
    """A job of twenty channels, ten of which were given up."""
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    why = "YouTube answered 503: nothing that can be read"
    change(
        wiring,
        "update job_batches set attempts = 99, why = :why where id = :id",
        why=why,
        id=batch_ids(wiring, job.id)[0],
    )
    keep(wiring)
    return work_off(wiring, job)


def resting_jobs(wiring: Wiring, emulator: Control, number: int) -> list[Job]:
    jobs = [running_job(wiring, [channel_id]) for channel_id in emulator.channel_ids(count=number)]
    change(wiring, "update job_batches set not_before = now() + interval '1 hour'")
    return jobs


def waiting_jobs(wiring: Wiring, number: int) -> None:
    """Jobs that no worker here knows how to move on."""
    change(
        wiring,
        "insert into processing_jobs (job_type, requested_by) select 'from outside', 'me' from generate_series(1, :n)",
        n=number,
    )


def loaded(run: Run, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run("jobs", *arguments, "--json").stdout)


def test_what_failed_is_explained_and_retried(run: Run, wiring: Wiring, emulator: Control) -> None:
    job = half_failed(wiring, emulator)

    shown = run("jobs", "show", str(job.id)).stdout.splitlines()
    assert shown[0].startswith(f"job       {job.id}, metadata, asked for by me at 20")
    assert shown[1:] == [
        "state     completed",
        "items     20 of 20: 10 fetched, 10 failed",
        "units     1",
        "can       retry",
    ]

    told = run("jobs", "errors", str(job.id))
    first, samples, step = told.stdout.splitlines()
    assert first == "10 failed: given up after … attempts: YouTube answered 503: nothing that can be read"
    assert samples.startswith("  such as UC")
    assert step == "  Try again a few times with growing pauses."
    assert told.stderr == "10 of 10 items; all items are counted\n"

    asked = run("jobs", "retry", str(job.id))
    assert (asked.returncode, asked.stdout.split("  ")[1]) == (0, "metadata job is pending\n")
    retry = wiring.jobs.read(wiring.jobs.read(job.id).retried_by)  # type: ignore[arg-type]
    assert asked.stdout.startswith(str(retry.id))
    assert f"retry of  {job.id}" in run("jobs", "show", str(retry.id)).stdout
    work_off(wiring, retry)
    again = run("jobs", "retry", str(job.id))
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"error: this job was retried already\n  retry the retry: job {retry.id}\n"


def test_one_job_is_paused_resumed_and_cancelled(run: Run, wiring: Wiring, emulator: Control) -> None:
    [job] = resting_jobs(wiring, emulator, 1)
    assert run("jobs", "pause", str(job.id)).stdout == f"{job.id}  metadata job is running, asked to pause\n"
    advance(wiring, job)
    assert "can       resume, cancel" in run("jobs", "show", str(job.id)).stdout
    assert loaded(run, "resume", str(job.id))["status"] == "running"
    assert run("jobs", "cancel", str(job.id)).returncode == 0
    advance(wiring, job)
    refused = run("jobs", "pause", str(job.id))
    assert (refused.returncode, refused.stderr) == (
        1, "error: a job that is cancelled cannot pause\n  it can: retry\n",
    )  # fmt: skip


def test_many_jobs_are_moved(run_process: Run, worker: Wiring) -> None:
    waiting_jobs(worker, 3)
    matched = run_process("jobs", "pause", "--all", "--status", "pending", "--dry-run")
    assert (matched.returncode, matched.stdout) == (0, "3 jobs match\n")

    paused = run_process("jobs", "pause", "--all", "--status", "pending", "--job-type", "from outside")

    assert (paused.returncode, paused.stdout) == (0, "3 of 3 jobs: pause\n")
    assert sql(worker, "select stop_request from processing_jobs where job_type <> 'moves'") == [("pause",)] * 3
    assert loaded(run_process, "cancel", "--all", "--requested-by", "me")["outcomes"]["fetched"] == 3


def test_those_that_cannot_be_moved_are_named(run_process: Run, worker: Wiring) -> None:
    waiting_jobs(worker, 1)
    [(job_id,)] = sql(worker, "select id from processing_jobs")
    told = run_process("jobs", "resume", "--all", "--created-before", "2999-01-01T00:00:00Z")
    assert told.returncode == 1
    assert told.stdout.splitlines() == [
        "0 of 1 job: resume",
        f"  {job_id}: a job that is pending cannot resume; it can: pause, cancel",
    ]


@pytest.mark.parametrize(
    "arguments", [["pause"], ["retry", "--status", "failed"], ["cancel", "x", "--all"], ["cancel", "x", "--dry-run"]]
)
def test_one_job_or_all_that_match(run: Run, arguments: list[str]) -> None:
    told = run("jobs", *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert "name one job, or --all" in told.stderr


def test_json_for_programs(run: Run, wiring: Wiring, emulator: Control) -> None:
    job = half_failed(wiring, emulator)
    assert [one["id"] for one in loaded(run, "list")] == [str(job.id)]
    assert loaded(run, "list", "--status", "failed") == []
    assert loaded(run, "show", str(job.id))["given_up"] == 10
    [group] = loaded(run, "errors", str(job.id))["errors"]
    assert (group["count"], len(group["samples"])) == (10, 3)
    assert loaded(run, "pause", "--all", "--dry-run") == {"move": "pause", "matched": 1, "dry_run": True}


def test_a_job_that_does_not_exist(run: Run) -> None:
    for command in ("show", "errors", "retry", "pause"):
        told = run("jobs", command, "00000000-0000-0000-0000-000000000000")
        assert (told.returncode, told.stdout) == (1, "")
        assert "GET /api/jobs lists them" in told.stderr


def test_a_spent_budget_is_shown_and_raised(run: Run, wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=150))
    job = wiring.youtube.ask_for_metadata(50, None, 2, idempotency_key=None, requested_by="me")
    work_off(wiring, job)
    shown = run("jobs", "show", str(job.id)).stdout
    assert 'the budget of 2 units is spent; resume with {"max_units": M} to go on' in shown
    assert "2 of 2\n" in shown

    refused = run("jobs", "resume", str(job.id))
    assert (refused.returncode, "M above 2" in refused.stderr) == (1, True)
    assert run("jobs", "resume", "--all", "--max-units", "3").returncode == 2
    assert run("jobs", "resume", str(job.id), "--max-units", "3").returncode == 0
    assert work_off(wiring, job).fetched == 150
