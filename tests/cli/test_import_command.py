"""`import` of tables and of names, as a person types it."""

import re
import sqlite3

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.youtube.known import Known

A = "UCBJycsmduvYEL83R_U4JriQ"


def fill(worker: Wiring, *cells: str) -> None:
    with sqlite3.connect(worker.settings.import_root / "list.sqlite") as file:
        file.execute("create table channels (channel_id)")
        file.executemany("insert into channels values (?)", [(cell,) for cell in cells])
    file.close()


def test_a_table_its_names_and_what_they_take(run_process: Run, worker: Wiring) -> None:
    fill(worker, A, "@nobody.has.this", "bad")
    first, reject, names = run_process("import", "list.sqlite", "--table", "channels").stdout.splitlines()
    assert (first, reject) == (
        "3 rows: 1 new channel, 0 known already, 1 rejected",
        "  line 3: bad: not a channel id",
    )
    assert names.startswith("1 handle without a channel id can be resolved for about 1 unit: POST /api/jobs/")
    job_id = re.findall(r"[0-9a-f-]{36}", names)[0]
    assert "about 1 of the 'default' quota" in run_process("jobs", "resolve-names", job_id, "--dry-run").stdout
    told = run_process("jobs", "resolve-names", job_id).stdout.splitlines()
    assert told[0] == "1 name: 0 new channels, 0 known already, 1 not found, 0 failed; 1 quota unit spent"
    assert told[1].startswith("  @nobody.has.this: no channel has the handle @nobody.has.this; ")


def test_names_are_resolved_at_once(run: Run, worker: Wiring, emulator: Control) -> None:
    known = Known(worker.settings.youtube_api_url)
    handle = next(iter(known.handles(emulator.channel_ids(count=50))))
    known.http.close()
    fill(worker, A, f"@{handle}")
    told = run("import", "list.sqlite", "--resolve").stdout.splitlines()
    assert told[-1] == "1 name: 1 new channel, 0 known already, 0 not found, 0 failed; 1 quota unit spent"


def test_a_password_is_not_repeated(run: Run) -> None:
    ended = run("import", "mysql://reader:canary@127.0.0.1:9/x")
    assert ended.returncode == 1
    assert "cannot be read at the moment" in ended.stderr
    assert "canary" not in ended.stdout + ended.stderr
