"""`config`, `doctor` and `check`: what is set, what is wrong and how to mend it, whether everything holds."""

import json
import os
import re
import socket
from pathlib import Path

import pytest

from app.config import Settings
from app.jobs.types import METADATA
from app.wiring import Wiring
from tests.cli.conftest import Ended, Run
from tests.cli.test_command_line import UNUSED, errors
from tests.conftest import add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import CHECKS
from workers.keeper import tick

AWAY = "postgresql://someone:hunter2@127.0.0.1:9/nothing"


@pytest.fixture
def healthy(wiring: Wiring, run: Run, tmp_path: Path) -> Run:
    tick(wiring, f"{socket.gethostname()}-1", "worker")
    tick(wiring, "beat", "beat")
    return lambda *command, **more: run(*command, **{"IMPORT_ROOT": str(tmp_path / "imports"), **more})


def findings(ended: Ended) -> dict[str, list[tuple[str, str, str]]]:
    told: dict[str, list[tuple[str, str, str]]] = {}
    for one in json.loads(ended.stdout)["findings"]:
        told.setdefault(one["area"], []).append((one["state"], one["told"], one["next_step"]))
    return told


def mended(ended: Ended, area: str) -> str:
    """The one thing in an area that is not well, and its next step."""
    [(_, told, step)] = [one for one in findings(ended)[area] if one[0] != "ok"]
    assert step
    return f"{told}; {step}"


# -- config


def test_every_setting_has_a_value_and_a_source(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEFAULT_BATCH_SIZE=200\nYOUTUBE_API_PROJECT_1=mine\nCALLS_IN_FLIGHT=2\n")
    key = "AIzaSyCanaryCanaryCanaryCanaryCanary00"
    told = run("config", CALLS_IN_FLIGHT="5", YOUTUBE_API_KEY_1=key)
    assert told.returncode == 0, told.stderr
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in told.stdout.splitlines()}
    assert rows["DEFAULT_BATCH_SIZE"] == [".env", "200"]
    assert rows["CALLS_IN_FLIGHT"] == ["environment", "5"]
    assert rows["QUOTA_BLOCK"] == ["default", "20"]
    assert rows["YOUTUBE_API_PROJECT_1"] == [".env", "mine"]
    assert re.fullmatch(r"set \([0-9a-f]{8}\)", rows["SECRET_KEY"][1])
    assert {name.upper() for name in Settings.model_fields} <= set(rows)
    assert key not in told.stdout
    listed = json.loads(run("config", "--json", YOUTUBE_API_KEY_1=key).stdout)
    assert {"setting", "value", "source", "secret"} == set(listed[0])


def test_no_secret_is_shown_however_wrong_the_settings_are(run: Run) -> None:
    for wrong in ({}, {"SECRET_KEY": "canary"}, {"CALLS_IN_FLIGHT": "many"}):
        for form in ([], ["--json"]):
            told = run("config", *form, **{"DATABASE_URL": AWAY, "UPSTASH_REDIS_REST_TOKEN": "canary", **wrong})
            assert told.returncode == bool(wrong)
            assert "hunter2" not in told.stdout + told.stderr
            assert "canary" not in told.stdout + told.stderr
    assert "CALLS_IN_FLIGHT" in errors(told.stderr)
    assert '"many"' in told.stdout, "what was given is shown, beside what is wrong with it"


# -- doctor


def test_all_is_well(healthy: Run) -> None:
    told = healthy("doctor")
    assert told.returncode == 0, told.stdout
    lines = told.stdout.splitlines()
    assert lines[-1] == "nothing must be mended"
    assert {line.split()[1] for line in lines[:-1] if line[:2] == "ok"} == {
        "settings", "imports", "postgres", "schema", "disk", "clock", "redis", "workers", "beat", "keys", "jobs",
        "leases", "api",
    }  # fmt: skip
    assert "keys      1 key in use; 10,000 of 10,000 units left today" in told.stdout
    assert json.loads(healthy("doctor", "--json").stdout)["healthy"]


def test_servers_that_are_away(healthy: Run) -> None:
    told = healthy(
        "doctor", "--json", DATABASE_URL=AWAY, REDIS_URL="redis://:hunter2@127.0.0.1:9", TRIBUTARY_URL=UNUSED
    )
    assert told.returncode == 1
    assert "hunter2" not in told.stdout + told.stderr
    assert "Traceback" not in told.stdout + told.stderr
    for area, step in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL"), ("api", "TRIBUTARY_URL")):
        assert "does not answer" in mended(told, area)
        assert step in mended(told, area)
    assert "without the database" in mended(told, "workers, keys, jobs")
    assert findings(told)["imports"][0][0] == "ok"
    assert "it does not answer" in mended(healthy("doctor", "--json", TRIBUTARY_URL=UNUSED), "api")


def test_settings_that_are_wrong(run: Run, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("DEFUALT_BATCH_SIZE=5\n")
    env.chmod(0o644)
    told = run("doctor", "--json", SECRET_KEY="", TRIBUTARY_URL=UNUSED)
    assert told.returncode == 1
    states = [one[1:] for one in findings(told)["settings"]]
    assert states[0][0].startswith("SECRET_KEY is not set; make one with")
    assert states[1] == ("DEFUALT_BATCH_SIZE is no setting", "was DEFAULT_BATCH_SIZE meant?")
    assert mended(told, ".env") == "others on this machine may read it (644); chmod 600 .env"
    assert "postgres" not in findings(told)
    env.chmod(0o600)
    assert findings(run("doctor", "--json"))[".env"][0][0] == "ok"
    env.unlink()
    assert "remove it everywhere" in mended(run("doctor", "--json", SECRET_KEY_PREVIOUS="x" * 20), "settings")


def test_a_schema_of_before(healthy: Run, wiring: Wiring) -> None:
    sql(wiring, "update alembic_version set version_num = '0001' returning 1")
    told = healthy("doctor", "--json")
    assert "it is 0001; this version needs" in mended(told, "schema")
    assert "python -m app migrate" in mended(told, "schema")
    assert "not ready" in mended(told, "api")


def test_nobody_works(run: Run, wiring: Wiring) -> None:
    told = run("doctor", "--json")
    assert told.returncode == 1
    assert "none is alive; start one: celery --app workers.run worker --queues migration," in mended(told, "workers")
    assert "it is not alive" in mended(told, "beat")
    tick(wiring, "there-7", "worker")
    sql(wiring, "update worker_ticks set ticked_at = now() - interval '1 minute' returning 1")
    assert "silent: there-7" in mended(run("doctor", "--json"), "workers")


def test_keys_that_cannot_be_used(healthy: Run, wiring: Wiring) -> None:
    add_key(wiring, 2)
    wiring.keys.disable(wiring.keys.take("default", 1), "API_KEY_INVALID: dead", whole_project=False)
    told = healthy("doctor", "--json")
    assert told.returncode == 0, "another one can be used"
    assert re.match(r"key \d, key-\d, is off: API_KEY_INVALID: dead; `keys test \d`", mended(told, "keys"))
    unreadable = findings(healthy("doctor", "--json", SECRET_KEY="quite another secret key"))["keys"]
    assert [state for state, *_ in unreadable] == ["wrong", "wrong", "wrong"]
    assert "SECRET_KEY_PREVIOUS" in unreadable[0][2]
    sql(wiring, "delete from api_keys returning 1")
    assert "keys add" in mended(healthy("doctor", "--json"), "keys")


def test_an_import_folder_that_is_not_there_or_closed(healthy: Run, tmp_path: Path) -> None:
    assert "mkdir -p" in mended(healthy("doctor", "--json", IMPORT_ROOT=str(tmp_path / "none")), "imports")
    if os.geteuid():
        (tmp_path / "imports").chmod(0o500)
        assert "uploads cannot be written" in mended(healthy("doctor", "--json"), "imports")
        (tmp_path / "imports").chmod(0o700)


def test_jobs_that_stand_still(healthy: Run, wiring: Wiring) -> None:
    resting = wiring.jobs.ask(METADATA, {"batch_size": 1, "total_limit": None})
    wiring.jobs.stop(resting.id, "pause")
    work_off(wiring, resting)
    silent = wiring.jobs.ask(METADATA, {"batch_size": 1, "total_limit": None})
    told = healthy("doctor", "--json")
    assert told.returncode == 0
    assert f"metadata {resting.id} is paused: " in mended(told, "jobs")
    assert f"`jobs resume {resting.id}`" in mended(told, "jobs")
    sql(
        wiring,
        "update processing_jobs set updated_at = now() - interval '2 hours' where id = :id returning 1",
        id=silent.id,
    )
    told = healthy("doctor", "--json")
    assert told.returncode == 1
    assert any("nothing has happened for 2 h: waiting for a worker" in one[1] for one in findings(told)["jobs"])


LONG_AGO = "update processing_jobs set updated_at = now() - interval '2 hours' where id = :id returning 1"
EXPIRED = """
    insert into job_batches (job_id, ordinal, spec, total_items, state, leased_by, lease_until)
    values (:job_id, 1, '{}', 1, 'running', 'nobody', now() - interval '1 hour') returning 1
"""


def test_leases_that_nobody_takes_back(healthy: Run, wiring: Wiring) -> None:
    job = wiring.jobs.ask(METADATA, {"batch_size": 1, "total_limit": None})
    sql(wiring, EXPIRED, job_id=job.id)
    assert "1 batch held by dead workers; start a worker" in mended(healthy("doctor", "--json"), "leases")


# -- check


def test_what_must_hold_holds(run: Run) -> None:
    told = run("check")
    assert told.returncode == 0, told.stderr
    *checks, last = told.stdout.splitlines()
    assert [line.split()[1].removesuffix(":") for line in checks] == sorted(CHECKS)
    assert last == f"{len(CHECKS)} checks: all hold"


def test_what_is_broken_is_named_with_its_meaning(run: Run, wiring: Wiring) -> None:
    sql(wiring, "update api_projects set project_number = '1' returning 1")
    add_key(wiring, 2)
    sql(wiring, "update api_projects set project_number = '1' returning 1")
    told = run("check")
    assert told.returncode == 1
    at = told.stdout.index("broken  one_project_has_one_ledger: 1 row\n")
    shown = told.stdout[at:].splitlines()
    assert shown[1].startswith("        Two projects of one number are one project at Google")
    assert shown[2].startswith("        such as {'project_number': '1'")
    assert told.stdout.endswith("checks: 1 broken\n")
    counted = json.loads(run("check", "--json").stdout)
    assert not counted["holds"]
    assert [one["rows"] for one in counted["checks"] if one["name"] == "one_project_has_one_ledger"] == [1]


def test_a_check_that_the_schema_cannot_answer(run: Run, wiring: Wiring) -> None:
    with wiring.db.begin() as tx:
        tx.exec_driver_sql("alter table job_shares rename to job_parts")
    told = run("check")
    assert told.returncode == 1
    assert "broken  jobs_stay_within_their_budget: it could not be looked at" in told.stdout
    assert "`migrate` brings it" in told.stdout


def test_the_database_is_away(run: Run) -> None:
    said = errors(run("check", DATABASE_URL=AWAY).stderr)
    assert "the database does not answer" in said
    assert "hunter2" not in said


# -- completion, version, quiet


def test_shells_complete(run: Run) -> None:
    for shell, sign in (("bash", "complete -o nosort"), ("zsh", "#compdef tributary"), ("fish", "complete --no-files")):
        told = run("completion", shell)
        assert told.returncode == 0, told.stderr
        assert sign in told.stdout
        assert "_TRIBUTARY_COMPLETE" in told.stdout
    assert run("completion", "powershell").returncode == 2


def test_version(run: Run) -> None:
    assert re.fullmatch(r"tributary, version \d+\.\d+\.\d+\n", run("--version").stdout)


def test_quiet(run: Run) -> None:
    assert run("jobs", "list").stderr
    assert run("--quiet", "jobs", "list").stderr == ""
    assert errors(run("-q", "jobs", "list", TRIBUTARY_URL=UNUSED).stderr)
