"""`python -m app` as people meet it: every output is read here, and every exit code."""

import os
import re
import socket
import subprocess
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from app.clock import SystemClock
from app.jobs.types import METADATA
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.cli.conftest import Run
from tests.hands import work_off
from workers.keeper import tick

UNUSED = "http://127.0.0.1:9"


def errors(said: str) -> str:
    """One paragraph: no traceback, and what to do next on a line of its own."""
    first, _, rest = said.partition("\n")
    assert first.startswith("error: ")
    assert rest.startswith("  ")
    assert "Traceback" not in said
    return said


def test_import_and_metadata(run: Run, run_process: Run, worker: Wiring, emulator: Control) -> None:
    missing = list(islice(Universe().missing_ids(SystemClock().now()), 7))
    ids = [*emulator.channel_ids(count=60), *missing]
    lines = ["channel_id", *ids, ids[0], "@handle", "[bold]x"]
    (worker.settings.import_root / "my [list].csv").write_text("\n".join(lines) + "\n")

    imported = run_process("import", "my [list].csv", "--batch-size", "50")

    assert imported.returncode == 0, imported.stderr
    *counted, names = imported.stdout.splitlines()
    assert counted == [
        "70 rows: 67 new channels, 1 known already, 1 rejected",
        "  line 71: [bold]x: not a channel id",
    ]
    assert names.startswith("1 handle without a channel id can be resolved for about 1 unit: POST /api/jobs/")
    assert re.search(r"/resolve-names, or jobs resolve-names [\w-]{36}$", names)
    progress = imported.stderr.splitlines()
    assert all(line.startswith("importing my [list].csv: ") for line in progress)
    assert progress[-1] == "importing my [list].csv: 70/70 completed"
    assert "\x1b" not in imported.stdout + imported.stderr, "plain lines where it is no terminal"

    fetched = run_process("metadata")

    assert fetched.returncode == 0, fetched.stderr
    first, *named, last = fetched.stdout.splitlines()
    assert first == "67 channels: 60 fetched, 7 not found, 0 failed; 2 quota units spent"
    assert len(named) == 5, "five are enough to see what they have in common"
    assert {re.match(r"  (UC\S+): YouTube does not know this channel", line)[1] for line in named} <= set(missing)  # type: ignore[index]
    assert re.fullmatch(r"  all 7 not found: http://127.0.0.1:\d+/api/jobs/[\w-]+/items\?outcome=not_found", last)

    assert run("metadata").stdout == "0 channels: 0 fetched, 0 not found, 0 failed; 0 quota units spent\n"

    status = run("status")
    assert status.returncode == 0, status.stderr
    assert status.stdout.splitlines() == [
        "system    ready: database ok, redis ok",
        "workers   here-1",
        "channels  67, 60 with metadata",
        "jobs      3 completed",
        "keys      1 in use",
        "quota     default: 2 units used today, 9,998 left",
    ]

    listed = run("jobs", "list").stdout.splitlines()
    assert [line.split()[1:] for line in listed] == [
        ["metadata", "completed", "0/0"],
        ["metadata", "completed", "67/67"],
        ["migrate", "completed", "70/70"],
    ]
    watched = run("jobs", "watch", listed[1].split()[0])
    assert (watched.returncode, watched.stdout) == (0, "completed: 60 fetched, 7 not found\n")


def test_a_job_that_fails_says_why(run: Run, worker: Wiring) -> None:
    (worker.settings.import_root / "words.csv").write_text("just,words\n")
    ended = run("import", "words.csv")
    assert ended.returncode == 1
    *_, error, hint = ended.stderr.splitlines()
    assert error.startswith("error: the job is failed: nothing in the file names a channel; looked for: channel ids")
    assert re.fullmatch(r"  all about it: /api/jobs/[\w-]+", hint)


def test_a_job_that_is_cancelled_is_not_a_success(run: Run, wiring: Wiring) -> None:
    job = wiring.jobs.ask(METADATA, {"batch_size": 1, "total_limit": None})
    wiring.jobs.stop(job.id, "cancel")
    work_off(wiring, job)
    ended = run("jobs", "watch", str(job.id))
    assert (ended.returncode, ended.stdout) == (1, "cancelled: no items\n")
    assert "error: the job is cancelled: asked to, and no batch runs any more" in ended.stderr


def test_a_process_ends_with_the_code_of_its_command(run_process: Run) -> None:
    refused = run_process("import", "missing.csv")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "there is no file 'missing.csv'" in errors(refused.stderr)
    assert run_process("imprt").returncode == 2


def test_the_api_is_away(run: Run) -> None:
    for command in (["status"], ["import", "x.csv"], ["metadata"], ["jobs", "list"]):
        ended = run(*command, TRIBUTARY_URL=UNUSED)
        assert (ended.returncode, ended.stdout) == (1, "")
        said = errors(ended.stderr)
        assert f"the API at {UNUSED}/api/" in said
        assert "--url" in said
        assert len(said.splitlines()) == 2


def test_an_address_that_is_none(run: Run) -> None:
    for url in ("nonsense", "http://", "ftp://127.0.0.1", "http://127.0.0.1:99999"):
        ended = run("--url", url, "status")
        assert ended.returncode == 1, url
        errors(ended.stderr)


def test_something_else_answers_there(run: Run, wiring: Wiring) -> None:
    ended = run("--url", f"{wiring.settings.youtube_api_url}/nothing", "status")
    assert ended.returncode == 1
    errors(ended.stderr)


REFUSED = (
    (["import", "missing.csv"], "there is no file 'missing.csv' in the import folder"),
    (["import", "../secret.csv"], "this file lies outside of the import folder"),
    (["import", "x.csv", "--batch-size", "0"], "batch_size: Input should be greater than or equal to 1"),
    (["metadata", "--total-limit", "-5"], "total_limit: Input should be greater than or equal to 1"),
    (["jobs", "watch", "not-an-id"], "job_id: Input should be a valid UUID"),
    (["jobs", "watch", "00000000-0000-0000-0000-000000000000"], "there is no job 00000000"),
)
MISUSED = (
    ["imprt"],
    ["import"],
    ["import", "a.csv", "b.csv"],
    ["import", "a.csv", "--batch-size", "ten"],
    ["metadata", "--limit", "5"],
    ["jobs", "list", "--status", "broken"],
    ["alive", "nobody"],
)


def test_what_the_api_refuses_is_told_in_its_words(run: Run) -> None:
    for command, told in REFUSED:
        ended = run(*command)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert told in errors(ended.stderr)


def test_a_wrong_use_is_exit_code_2(run: Run) -> None:
    for command in MISUSED:
        ended = run(*command)
        assert (ended.returncode, ended.stdout) == (2, ""), command
        assert "Error: " in ended.stderr
        assert "Traceback" not in ended.stderr


def test_help_is_for_every_command(run: Run) -> None:
    commands = re.findall(r"^  (\w[\w-]*)  +\S", run("--help").stdout.partition("Commands:")[2], re.MULTILINE)
    assert {"import", "metadata", "jobs", "status", "migrate", "init-sql", "alive", "preflight"} <= set(commands)


def test_jobs_when_there_are_none(run: Run) -> None:
    ended = run("jobs", "list")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "there are no jobs yet\n")
    assert run("jobs", "list", "--status", "failed").stderr == "there is no such job\n"


def test_status_without_workers_is_not_a_success(run: Run) -> None:
    ended = run("status")
    assert ended.returncode == 1
    assert "workers   none is alive" in ended.stdout


def test_who_is_alive(run: Run, wiring: Wiring) -> None:
    here = socket.gethostname()
    for role in ("worker", "beat"):
        ended = run("alive", role)
        assert ended.returncode == 1
        assert "heard lately" in errors(ended.stderr)
    # A worker of another machine says nothing about the one here; nor does one whose name only begins alike.
    for stranger in ("another-host-7", f"{here}-2-7"):
        tick(wiring, stranger, "worker")
    assert run("alive", "worker").returncode == 1
    tick(wiring, f"{here}-4711", "worker")
    tick(wiring, "beat", "beat")
    for role in ("worker", "beat"):
        ended = run("alive", role)
        assert (ended.returncode, ended.stdout) == (0, f"{role} is alive\n")
    with wiring.db.begin() as tx:
        tx.execute(text("update worker_ticks set ticked_at = now() - interval '31 seconds'"))
    assert [run("alive", role).returncode for role in ("worker", "beat")] == [1, 0]


def test_beat_is_not_ended_while_no_worker_could_hear_it(run: Run, tmp_path: Path) -> None:
    """Nor is anything that had no time yet to be heard."""
    beat = subprocess.Popen(["sleep", "60"])
    try:
        pid_file = tmp_path / "beat.pid"
        pid_file.write_text(f"{beat.pid}\n")
        assert run("alive", "worker", "--or-end", str(pid_file)).returncode == 1
        os.utime(pid_file, (0, 0))
        assert run("alive", "beat", "--or-end", str(pid_file)).returncode == 1
        assert run("alive", "beat", "--or-end", str(tmp_path / "none.pid")).returncode == 1
        assert beat.poll() is None
    finally:
        beat.kill()
        beat.wait()


def test_the_database_is_away(run: Run) -> None:
    for command in (["alive", "worker"], ["migrate"]):
        ended = run(*command, DATABASE_URL="postgresql://someone:hunter2@127.0.0.1:9/nothing")
        assert ended.returncode == 1
        said = errors(ended.stderr)
        assert "the database does not answer" in said
        assert "hunter2" not in said


def test_migrate_says_what_it_did(run: Run) -> None:
    ended = run("migrate")
    assert ended.returncode == 0
    assert re.fullmatch(r"the schema is \w+\n", ended.stdout)


def test_a_setting_is_missing(run: Run) -> None:
    ended = run("migrate", SECRET_KEY="")
    assert ended.returncode == 1
    assert "SECRET_KEY is not set" in errors(ended.stderr)


def test_videos(run: Run, worker: Wiring, emulator: Control) -> None:
    (worker.settings.import_root / "ids.csv").write_text("\n".join(["channel_id", *emulator.channel_ids(count=20)]))
    assert run("import", "ids.csv").returncode == 0
    assert run("metadata").returncode == 0
    fetched = run(
        "videos", "--videos-per-channel", "2", "--total-limit", "15", "--published-after", "2000-01-01T00:00Z"
    )
    assert fetched.returncode == 0, fetched.stderr
    told = r"15 channels: \d+ with videos, \d+ without, 0 without a list, 0 failed; \d+ quota units spent\n"
    assert re.search(told, fetched.stdout)
    assert "5 channels: " in run("videos", "--videos-per-channel", "all").stdout
    assert "videos_per_channel" in errors(run("videos", "--videos-per-channel", "many").stderr)


def test_playlists(run: Run, worker: Wiring, emulator: Control) -> None:
    first, second = emulator.channel_ids(count=2)
    certain = run("playlists", "PLshort", "--channel", first, "--channel", second, "--dry-run")
    assert certain.stdout.startswith("items     at least 3 in 2 calls\n")
    assert worker.jobs.listed(before=None, limit=1) == []
    read = run("playlists", "PLshort", "--channel", first, "--channel", second, "--batch-size", "1", "--fresh")
    assert read.returncode == 0, read.stderr
    told = r"\d+ channels, playlists and videos: \d+ fetched, \d+ unchanged, \d+ not found, 1 failed; \d+ quota units"
    assert re.search(told, read.stdout)
    assert "PLshort: " in read.stdout
    paused = run("playlists", "--channel", first, "--channel", second, "--fresh", "--max-units", "1")
    assert paused.returncode == 1
    assert "error: the job is paused: the budget of 1 unit is spent" in paused.stderr
    assert run("playlists", "--total-limit", "1").stdout.startswith("0 channels, playlists and videos: ")


def test_a_file_that_lies_elsewhere_is_uploaded(run: Run, worker: Wiring, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.csv"
    file.write_text("channel_id\nUCBJycsmduvYEL83R_U4JriQ\nbad\n")
    imported = run("import", str(file))
    assert imported.returncode == 0, imported.stderr
    assert "2 rows: 1 new channel, 0 known already, 1 rejected" in imported.stdout.splitlines()
    [path] = (worker.settings.import_root / "uploads").iterdir()
    assert path.read_bytes() == file.read_bytes()
