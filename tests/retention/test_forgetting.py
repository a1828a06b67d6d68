"""Retention as people meet it: over HTTP, with clear answers."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.catalog.ids import channel_key
from app.jobs.model import Job
from app.migrator import migrate
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog
from tests.retention.edges import add_edge

UNKNOWN = "UCuAXFkgsw1L7xaCfnd5JJOw"


def ended(wiring: Wiring, accepted: TestResponse) -> Job:
    return work_off(wiring, wiring.jobs.read(accepted.get_json()["id"]))


def test_one_channel_is_forgotten_once(api: FlaskClient, wiring: Wiring) -> None:
    fill_catalog(wiring, [UNKNOWN])
    told = api.post("/api/forget", json={"channel_ids": [UNKNOWN]})
    assert (told.status_code, told.json) == (200, {"forgotten": {"channels": 1, "videos": 0}})
    again = api.post("/api/forget", json={"channel_ids": [UNKNOWN]})
    assert (again.status_code, "not in the catalogue" in str(again.json)) == (404, True)
    assert api.post("/api/forget", json={"channel_ids": ["nonsense"]}).status_code == 422


def test_a_channel_leaves_the_graph_when_it_is_forgotten(api: FlaskClient, wiring: Wiring, emulator: Control) -> None:
    one, other, third = emulator.channel_ids(count=3)
    fill_catalog(wiring, [one, other, third])
    add_edge(wiring, one, other)
    add_edge(wiring, third, one)
    assert broken(wiring) == []
    assert api.post("/api/forget", json={"channel_ids": [one]}).status_code == 200
    rows = "select count(*) from channel_discoveries union all select count(*) from handle_mentions"
    assert sql(wiring, rows) == [(0,), (1,)]
    assert sql(wiring, "select id, sources from discovered_channels") == [(channel_key(other), 0)]
    assert broken(wiring) == []


def test_everything_is_forgotten_only_on_purpose_and_when_nothing_runs(
    api: FlaskClient, wiring: Wiring, emulator: Control
) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=3))
    job = ask_for_metadata(wiring)
    sure = {"confirm": "forget everything"}
    assert api.post("/api/forget-all", json={}).status_code == 422
    busy = api.post("/api/forget-all", json=sure)
    assert (busy.status_code, "1 job has not ended" in str(busy.json), "cancel" in str(busy.json)) == (409, True, True)
    work_off(wiring, job)
    accepted = api.post("/api/forget-all", json=sure)
    assert accepted.status_code == 202
    assert ended(wiring, accepted).status.value == "completed"
    told = "title", "fetched_at", "view_count"
    assert sql(wiring, f"select count(*) from channels where num_nonnulls({', '.join(told)}) > 0") == [(0,)]  # noqa: S608
    assert sql(wiring, "select count(*) from channels") == [(3,)]
    assert sql(wiring, "select count(*) from channel_snapshots") == [(0,)]


def test_the_mode_and_what_was_deleted_are_told(api: FlaskClient, wiring: Wiring) -> None:
    assert api.get("/api/retention").json == {"mode": "30 days", "reports": []}
    accepted = api.post("/api/retention")
    ended(wiring, accepted)
    [report] = api.get("/api/retention").get_json()["reports"]
    assert report["status"] == "completed"
    assert report["swept"]["videos"] == {"deleted": 0, "erased": 0}


def test_a_new_database_sweeps_every_night_by_itself(wiring: Wiring) -> None:
    with wiring.db.begin() as tx:
        tx.exec_driver_sql("drop schema public cascade; create schema public")
    migrate(wiring.db)
    [schedule] = wiring.schedules.listed(after=None, limit=10)
    assert (schedule.name, schedule.plan.job_type, schedule.plan.enabled) == ("retention", "retention", True)
    assert schedule.next_fire_at is not None
    assert f"{schedule.next_fire_at:%H:%M}" == "03:23"
