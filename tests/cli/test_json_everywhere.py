"""`--json`: every command that shows something can show it to programs, and says the same by its exit code."""

import json
from collections.abc import Iterator
from typing import Any

import click
import pytest

from app.cli import commands
from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import work_off
from tests.jobs.steps import ask_for_metadata, fill_catalog

AS_THEY_ARE = {"completion", "dictionary", "init-sql", "preflight"}
"""They print a script, a page, SQL, and lines for a script."""


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


def test_every_command_has_it() -> None:
    without = {" ".join(path) for path, command in leaves(commands) if "--json" not in str(options(command))}
    assert without == AS_THEY_ARE


def options(command: click.Command) -> list[str]:
    return [option for parameter in command.params for option in parameter.opts]


def loaded(run: Run, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    ended = run(*arguments, "--json")
    assert ended.returncode == code, ended.stderr
    return json.loads(ended.stdout)


def test_jobs_are_told_at_their_end(run_process: Run, worker: Wiring, emulator: Control) -> None:
    """In processes of their own: what the worker of the test logs is not theirs."""
    ids = emulator.channel_ids(count=60)
    (worker.settings.import_root / "ids.csv").write_text("\n".join(["channel_id", *ids]))
    (worker.settings.import_root / "words.csv").write_text("just,words\n")
    assert loaded(run_process, "import", "ids.csv")["outcomes"]["fetched"] == 60
    assert loaded(run_process, "import", "words.csv", code=1)["status"] == "failed"
    job = loaded(run_process, "metadata", "--total-limit", "50")
    assert (job["job_type"], job["status"], job["units_used"]) == ("metadata", "completed", 1)
    assert loaded(run_process, "jobs", "watch", job["id"])["id"] == job["id"]


def test_what_is_only_looked_at(run: Run, wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=60)
    fill_catalog(wiring, ids)
    assert loaded(run, "metadata", "--dry-run")["units"] == {"default": 2}
    assert loaded(run, "videos", "--dry-run")["items"] == 0
    assert loaded(run, "refresh", "--dry-run")["items"] == 0
    assert loaded(run, "discover", "--method", "featured_channels", "--dry-run")["accuracy"]
    assert loaded(run, "playlists", "--total-limit", "1", "--dry-run")["units"]
    assert loaded(run, "status", code=1)["channels"]["channels"] == 60
    assert loaded(run, "retention")["mode"] == "30 days"
    assert loaded(run, "forget", ids[0])["videos"] == 0


def test_schedules_schema_and_life(run: Run) -> None:
    assert loaded(run, "schedules", "add", "nightly", "metadata", "--cron", "30 2 * * *")["name"] == "nightly"
    assert not loaded(run, "schedules", "pause", "nightly")["enabled"]
    assert loaded(run, "schedules", "resume", "nightly")["enabled"]
    assert loaded(run, "schedules", "delete", "nightly")["name"] == "nightly"
    assert loaded(run, "alive", "api") == {"role": "api", "alive": True}
    migrated = loaded(run, "migrate")
    assert migrated["schema"] == migrated["before"]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_a_retry_would_take_is_told_before(run: Run, wiring: Wiring, emulator: Control, form: list[str]) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=120))
    job = ask_for_metadata(wiring)
    assert run("jobs", "retry", str(job.id), "--dry-run").returncode == 1, "it has not ended"
    wiring.jobs.stop(job.id, "cancel")
    work_off(wiring, job)
    told = run("jobs", "retry", str(job.id), "--dry-run", "--max-units", "2", *form)
    assert told.returncode == 0, told.stderr
    if form:
        assert json.loads(told.stdout)["units"] == {"default": 3}
    else:
        assert told.stdout.startswith("items     about 120 in 3 calls\n")
        assert "the budget of 2 units does not last for 3" in told.stdout
    assert len(wiring.jobs.listed(before=None, limit=9)) == 1, "nothing was asked for"
    assert run("jobs", "cancel", str(job.id), "--dry-run").returncode == 2
