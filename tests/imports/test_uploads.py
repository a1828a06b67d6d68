"""Files that come with a request: streamed, bounded, the same file once, and nothing left of what is refused."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.web import create_app
from app.wiring import Wiring
from tests.hands import sql, work_off

A, B = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw"
LIST = f"channel_id,title\n{A},Ann\nbad,Bad\n{B},Bob\n".encode()
FORM = {"content_type": "multipart/form-data"}


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def kept(wiring: Wiring) -> list[str]:
    folder = wiring.settings.import_root / "uploads"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("form", [False, True])
def test_what_is_uploaded_is_imported(wiring: Wiring, api: FlaskClient, *, form: bool) -> None:
    if form:
        answer = api.post("/api/uploads", data={"file": (io.BytesIO(LIST), "My list.CSV")}, **FORM)
    else:
        answer = api.post("/api/uploads?name=My+list.CSV", data=LIST)
    assert answer.status_code == 202
    job = work_off(wiring, wiring.jobs.read(answer.get_json()["id"]))
    assert (job.status, job.fetched, job.failed) == (Status.COMPLETED, 2, 1)
    assert sql(wiring, "select distinct source from channels") == [("upload:My list.CSV",)]
    [name] = kept(wiring)
    assert name.endswith(".csv")
    assert (wiring.settings.import_root / "uploads" / name).read_bytes() == LIST


def test_a_repeated_upload_is_the_same_job(wiring: Wiring, api: FlaskClient) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post("/api/uploads", data=LIST, headers=key)
    assert api.post("/api/uploads", data=LIST, headers=key).headers["Location"] == first.headers["Location"]
    assert api.post("/api/uploads", data=LIST + b"more", headers=key).status_code == 422
    # Without a key it is another import of the same file, which the first one may be reading.
    again = api.post("/api/uploads", data=LIST)
    assert again.headers["Location"] != first.headers["Location"]
    jobs = [work_off(wiring, wiring.jobs.read(answer.get_json()["id"])) for answer in (first, again)]
    assert [(job.status, job.fetched, job.unchanged) for job in jobs] == [
        (Status.COMPLETED, 2, 0),
        (Status.COMPLETED, 0, 2),
    ]


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/passwd", "a\\..\\b.csv", "x" * 150, "ü.csv", ".csv"])
def test_a_name_leads_nowhere(wiring: Wiring, api: FlaskClient, name: str) -> None:
    answer = api.post("/api/uploads", data={"file": (io.BytesIO(LIST), name)}, **FORM)
    assert answer.status_code == 202
    [only] = kept(wiring)
    assert len(only.split(".")[0]) == 64
    assert sorted(path.name for path in wiring.settings.import_root.iterdir()) == ["uploads"]


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("told", [True, False])
def test_what_is_too_large_is_refused_and_not_kept(wiring: Wiring, *, form: bool, told: bool) -> None:
    settings = wiring.settings.model_copy(update={"upload_max_bytes": 200_000})
    small = create_app(Wiring(settings)).test_client()
    content = b"x" * 300_000 if told else b"x" * 200_001  # the smaller one is found out on the way
    body = {"data": {"file": (io.BytesIO(content), "x.csv")}, **FORM} if form else {"data": content}
    answer = small.post("/api/uploads", **body)
    assert answer.status_code == 413
    assert "200,000 bytes" in answer.get_json()["detail"]
    assert "UPLOAD_MAX_BYTES" in answer.get_json()["hint"]
    assert kept(wiring) == []
    assert wiring.jobs.counted()["pending"] == 0


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"data": b""}, "the upload is empty"),
        ({"data": b"PK\x03\x04rest"}, "zip archive"),
        ({"data": {"a": (io.BytesIO(LIST), "a.csv"), "b": (io.BytesIO(LIST), "b.csv")}, **FORM}, "holds 2 files"),
        ({"data": {"a": "no file"}, **FORM}, "holds 0 files"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_not_kept(
    wiring: Wiring, api: FlaskClient, body: dict[str, object], detail: str
) -> None:
    answer = api.post("/api/uploads", **body)
    assert answer.status_code == 422
    assert detail in answer.get_json()["detail"]
    assert answer.get_json()["hint"]
    assert kept(wiring) == []
    assert wiring.jobs.counted()["pending"] == 0


def test_a_folder_that_cannot_be_written_says_so(wiring: Wiring, api: FlaskClient) -> None:
    (wiring.settings.import_root / "uploads").write_text("a file where a folder should be")
    answer = api.post("/api/uploads", data=LIST)
    assert answer.status_code == 507
    assert "cannot be written" in answer.get_json()["detail"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_leaves_nothing(wiring: Wiring, api: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full takes what is written to it as a full disk would."""
    opened = Path.open
    full = Path("/dev/full")
    monkeypatch.setattr(Path, "open", lambda path, mode: opened(full, "wb") if mode == "xb" else opened(path, mode))
    answer = api.post("/api/uploads", data=LIST * 10_000)
    assert answer.status_code == 507
    assert answer.get_json()["detail"] == "there is no room for the upload"
    assert kept(wiring) == []


def test_an_upload_goes_some_days_after_its_import(wiring: Wiring) -> None:
    clock = FixedClock(wiring.clock.now())
    later = Wiring(wiring.settings, given_clock=clock)
    api = create_app(later).test_client()
    done, waits = (api.post("/api/uploads", data=LIST + more).get_json()["id"] for more in (b"", b"\n"))
    later.jobs.stop(waits, "pause")
    work_off(later, later.jobs.read(done))
    for name in kept(wiring):
        os.utime(wiring.settings.import_root / "uploads" / name, (0, 0))
    later.imports.remove_old_uploads()
    assert len(kept(wiring)) == 2
    clock.advance(timedelta(days=8))
    later.imports.remove_old_uploads()
    [left] = kept(wiring)
    assert later.jobs.read(waits).params["source_path"] == f"uploads/{left}"
