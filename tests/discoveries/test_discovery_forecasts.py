"""What a discovery job would take, before it is asked for."""

import re

from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.schedules.askers import make_askers
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.discoveries.conftest import ask, discover, know
from tests.hands import NOT_STOPPING, due, work_off
from workers.batches import run_batch
from workers.keeper import keep


def told(api: FlaskClient, **body: object) -> dict[str, object]:
    answer = api.post("/api/batch-discovery", json={**body, "dry_run": True})
    assert answer.status_code == 200, answer.text
    shown: dict[str, object] = answer.get_json()["forecast"]
    return shown


def test_it_tells_units_by_bucket_within_the_budget(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=40))
    forecast = told(api, methods=["featured_channels", "keyword_search", "mentions"])
    assert 100 < int(str(forecast["items"])) <= 120
    units = forecast["units"]
    assert isinstance(units, dict)
    assert set(units) == {"default", "search"}
    assert 30 < units["default"] < 80
    assert 20 < units["search"] <= 40
    assert forecast["finish_at"] is not None
    assert told(api, methods=["featured_channels"], max_units=7)["units"] == {"default": 7}
    assert told(api, methods=["featured_channels"], total_limit=5)["items"] == 5
    both = told(api, methods=["featured_channels", "keyword_search"], max_units=21)["units"]
    assert isinstance(both, dict)
    assert sum(both.values()) == 21
    assert 0 < both["search"] < both["default"]


def test_calls_are_told_by_discovery_method_with_those_that_confirm(
    wiring: Wiring, api: FlaskClient, emulator: Control
) -> None:
    know(wiring, emulator.channel_ids(count=40))
    (wiring.settings.import_root / "museums.txt").write_text("x" * 5_000, encoding="utf-8")
    forecast = told(api, methods=["featured_channels", "keyword_search", "mentions"], lists={"museums": "museums.txt"})
    calls = forecast["calls_by_method"]
    assert isinstance(calls, dict)
    assert set(calls) == {"featured_channels", "keyword_search", "channels.list"}
    assert sum(calls.values()) == forecast["calls"]
    assert 30 < calls["featured_channels"] <= 40
    assert int(str(forecast["confirmations"])) > 100
    limited = told(api, methods=["featured_channels"], method_units={"featured_channels": 10})["calls_by_method"]
    assert limited == {"featured_channels": 10, "channels.list": 1}


def test_a_running_job_tells_how_much_is_left_and_when_it_ends(
    wiring: Wiring, api: FlaskClient, emulator: Control
) -> None:
    know(wiring, emulator.channel_ids(count=40))
    job = ask(wiring, methods=["featured_channels"], batch_size=5)
    assert job.expected_items is not None
    assert job.expected_items > 60
    keep(wiring)
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    shown = api.get(f"/api/jobs/{job.id}").get_json()
    assert shown["expected_items"] >= job.expected_items > shown["processed_items"] > 0
    assert "expansions" not in shown["eta"]["waits_for"]
    assert re.match(r"about \d+ calls are left", shown["eta"]["waits_for"])
    job = work_off(wiring, job)
    assert (job.status, job.expected_items) == (Status.COMPLETED, job.total_items)


def test_searches_beyond_those_of_the_day_are_not_foretold(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control
) -> None:
    wiring = make_wiring(clock, youtube_quota={"default": 1_000, "search": 3})
    add_key(wiring, 1)
    know(wiring, emulator.channel_ids(count=20))
    units = told(create_app(wiring).test_client(), methods=["keyword_search"])["units"]
    assert isinstance(units, dict)
    assert units["search"] == 3


def test_what_was_expanded_is_not_foreseen_again(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=20))
    job = discover(wiring, methods=["featured_channels"])
    assert job.forecast is not None
    assert job.forecast["items"] > 10
    assert told(api, methods=["featured_channels"])["items"] == 0


def test_a_schedule_asks_for_the_same(wiring: Wiring) -> None:
    asker = make_askers(wiring.youtube, wiring.playlists, wiring.discoveries, wiring.refresh, wiring.retention)[
        "discovery"
    ]
    params = {"methods": ["mentions"], "max_units": 5}
    assert asker.checked(params) == params
    job = asker.ask(params, idempotency_key=None, requested_by="schedule:nightly")
    assert (job.job_type, job.params["methods"], job.max_units) == ("discovery", ["mentions"], 5)
