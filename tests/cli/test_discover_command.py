"""`discover` as people meet it."""

import re

from app.wiring import Wiring
from emulator.control import Control
from tests.cli.conftest import Run
from tests.hands import sql
from tests.jobs.steps import fill_catalog


def know(run: Run, worker: Wiring, channel_ids: list[str]) -> None:
    """Put channels into the catalogue, and wait for the worker to have their metadata."""
    fill_catalog(worker, channel_ids)
    assert run("metadata").returncode == 0


def test_channels_are_found_and_the_end_is_told(run: Run, worker: Wiring, emulator: Control) -> None:
    know(run, worker, emulator.channel_ids(count=12))
    ended = run("discover", "--method", "featured_channels", "--max-units", "50")
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^\d+ expansions and confirmations: \d+ brought something", ended.stdout, re.MULTILINE)
    assert "ended     no channel is left that was not expanded lately" in ended.stdout
    assert sql(worker, "select count(*) > 12 from channels") == [(True,)]


def test_a_forecast_spends_nothing(run: Run, worker: Wiring, emulator: Control) -> None:
    know(run, worker, emulator.channel_ids(count=12))
    spent = emulator.counters().count()
    ended = run("discover", "--method", "featured_channels", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^items +about 1\d in 1\d calls", ended.stdout, re.MULTILINE)
    assert emulator.counters().count() == spent
    assert sql(worker, "select count(*) from processing_jobs where job_type = 'discovery'") == [(0,)]


def test_a_list_is_named_with_its_file(run: Run, worker: Wiring, emulator: Control) -> None:
    ids = "\n".join(emulator.channel_ids(count=5))
    (worker.settings.import_root / "museums.txt").write_text(ids, encoding="utf-8")
    ended = run("discover", "--method", "outside_list", "--list", "museums=museums.txt")
    assert ended.returncode == 0, ended.stderr
    assert {row[0] for row in sql(worker, "select service_name from channel_discoveries")} == {"museums"}
    assert "is not NAME=FILE" in run("discover", "--list", "museums.txt").stderr


def test_an_unknown_method_is_answered_with_those_that_there_are(run: Run) -> None:
    ended = run("discover", "--method", "guessing")
    assert ended.returncode == 1
    assert "featured_channels" in ended.stderr
