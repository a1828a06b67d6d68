"""Rejected rows: each with line, content and reason, by the page or as a file without formulas."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from tests.hands import sql, work_off

A = "UCBJycsmduvYEL83R_U4JriQ"
ODD = ["=1+1", "+1", "-1", "@(a1)", "\t=1", " =1", "plain", 'with ""quotes""']


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def imported(wiring: Wiring, lines: list[str]) -> Job:
    (wiring.settings.import_root / "list.csv").write_text("\n".join(["channel_id", A, *lines]))
    return work_off(wiring, wiring.imports.ask_for_file("csv", "list.csv", None))


def test_rejected_rows_come_page_by_page(wiring: Wiring, api: FlaskClient) -> None:
    job = imported(wiring, [f"bad {number}" for number in range(25)])
    found, address = [], f"/api/jobs/{job.id}/rejects?limit=10"
    while address:
        answer = api.get(address)
        told = answer.get_json()
        assert (told["rejected"], told["kept"]) == (25, 25)
        found += told["rejects"]
        address = f"/api/jobs/{job.id}/rejects?limit=10&after={told['next']}" if told["next"] else ""
    assert found == [
        {"line": number + 3, "content": f"bad {number}", "reason": "not a channel id"} for number in range(25)
    ]
    assert api.get(f"/api/jobs/{job.id}").get_json()["links"]["rejects"] == f"/api/jobs/{job.id}/rejects"


def test_the_file_holds_all_of_them_and_no_formula(wiring: Wiring, api: FlaskClient) -> None:
    job = imported(wiring, [*(f'"{odd}"' for odd in ODD), *(f"bad {number}" for number in range(1_200))])
    answer = api.get(f"/api/jobs/{job.id}/rejects?format=csv")
    assert answer.is_streamed
    assert answer.mimetype == "text/csv"
    assert f"rejects-{job.id}.csv" in answer.headers["Content-Disposition"]
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert header == ["line", "content", "reason"]
    assert [int(line) for line, _, _ in rows] == list(range(3, 1_211))
    assert [content for _, content, _ in rows[:8]] == [
        "'=1+1", "'+1", "'-1", "'@(a1)", "'\t=1", "' =1", "plain", 'with "quotes"',
    ]  # fmt: skip


def test_an_unknown_job_has_none(api: FlaskClient) -> None:
    for form in ("json", "csv"):
        address = f"/api/jobs/00000000-0000-0000-0000-000000000000/rejects?format={form}"
        assert api.get(address).status_code == 404


def test_of_a_bad_file_only_so_many_rows_are_kept_and_all_are_counted(wiring: Wiring) -> None:
    settings = wiring.settings.model_copy(update={"import_rejects_kept": 1_000})
    bounded = Wiring(settings)
    (settings.import_root / "bad.csv").write_text("channel_id\n" + f"{A}\n" + "bad\n" * 25_000)
    job = work_off(bounded, bounded.imports.ask_for_file("csv", "bad.csv", None))
    assert (job.fetched, job.failed, job.total_items) == (1, 25_000, 25_001)
    assert sql(wiring, "select count(*), max(line) from job_items") == [(1_000, 1_002)]
    told = create_app(bounded).test_client().get(f"/api/jobs/{job.id}/rejects?limit=1").get_json()
    assert (told["rejected"], told["kept"]) == (25_000, 1_000)
