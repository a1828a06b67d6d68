"""What a discovery job would take, before it is asked for."""

from flask.testing import FlaskClient

from app.clock import FixedClock
from app.schedules.askers import make_askers
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.discoveries.conftest import discover, know


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
