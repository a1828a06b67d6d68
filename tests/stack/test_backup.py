"""The commands of docs/upgrades.md: a dump while a job runs, the database lost, restored, and the job completed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bench.processes import wait_for
from devstack.postgres import programs
from devstack.programs import ROOT
from tests.jobs.invariants import broken
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
GUIDE = (ROOT / "docs" / "upgrades.md").read_text()
CHANNELS = 2_400


def block(after: str, language: str) -> str:
    """The first block of this language below a heading of the guide."""
    match = re.search(rf"## {after}\n.*?```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert match
    return match[1]


def carry_out(stack: Stack, commands: str, **variables: str) -> str:
    """Run them as they stand in the guide, with the programs of the server's version; the dump is ours."""
    version = os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")
    path = f"{programs(version) / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    commands = commands.replace("tributary.dump", str(stack.folder / "tributary.dump"))
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=ROOT, env={**stack.environment, "PATH": path, **variables},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_backup_is_restored_and_work_goes_on(stack: Stack, drive: Callable[[], Driver]) -> None:
    stack.configure(DEFAULT_BATCH_SIZE="50")
    system = drive()
    worker = stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=CHANNELS))
    job_id = system.post("/api/batch-metadata")
    wait_for(lambda: system.job(job_id).processed_items >= 200, 60, "the job is under way")

    carry_out(stack, block("Back up", "sh"))
    system.wait(job_id, "completed", 120)
    stack.stop(worker)
    assert sum(stack.units_of_emulator().values()) == CHANNELS / 50

    restored = stack.postgres.url("tributary_restored")
    *commands, migrate = block("Restore", "sh").strip().splitlines()
    carry_out(stack, "\n".join(commands), RESTORED_URL=restored)
    stack.environment["DATABASE_URL"] = restored
    assert "the schema is" in carry_out(stack, migrate)
    remedy = block("Restore", "sql").replace("4200", str(CHANNELS // 50))
    with psycopg.connect(restored) as connection:
        [before] = connection.execute("select used + reserved from quota_days").fetchall()
        connection.execute(remedy)
        [after] = connection.execute("select used + reserved from quota_days").fetchall()
    assert before[0] < after[0] == CHANNELS / 50, "the dump knew less than was spent"

    again = drive()
    found = again.job(job_id)
    assert found.status == "running"
    assert 200 <= found.processed_items < CHANNELS
    stack.start_worker()
    done = again.wait(job_id, "completed", 120)
    assert (done.processed_items, done.failed) == (CHANNELS, 0)
    assert broken(again.wiring) == []
    assert carry_out(stack, block("A restore drill", "sh").splitlines()[0], RESTORED_URL=restored) == ""
    [line] = [line for line in again.wiring.keys.usage() if line.bucket == "default"]
    spent = sum(stack.units_of_emulator().values())
    assert spent <= line.used + line.reserved, "the ledger never under-counts"
    assert spent <= 2 * CHANNELS / 50 - found.units_used, "and what the dump has is not paid for again"
