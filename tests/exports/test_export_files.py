"""/api/exports/{what}: what is read back from a file is what the view holds, whatever titles hold."""

import csv
import gzip
import hashlib
import io
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.exports.conftest import Get
from tests.exports.rows import ALL, TITLES, channel_ids, fill
from tests.hands import sql

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")


@pytest.fixture(autouse=True)
def filled(wiring: Wiring) -> None:
    fill(wiring)


def truth(wiring: Wiring, what: str) -> list[dict[str, Any]]:
    """The rows of a view, without keys."""
    found = sql(wiring, f"select to_jsonb(v) from analyst.{what} v")  # noqa: S608 - of a view
    rows = [json.loads(json.dumps(row)) for (row,) in found]
    return [{name: value for name, value in row.items() if not name.endswith("_key")} for row in rows]


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("what", ALL)
def test_ndjson_has_every_row_once_with_its_types(get: Get, wiring: Wiring, what: str) -> None:
    lines = get(what, format="ndjson").data.decode().split("\n")
    assert lines.pop() == ""
    assert in_order([json.loads(line) for line in lines]) == in_order(truth(wiring, what))
    assert len(lines) >= len(TITLES)


@pytest.mark.parametrize("what", ALL)
def test_csv_has_the_same_as_text(get: Get, wiring: Wiring, what: str) -> None:
    answer = get(what, formulas="raw")
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{what}.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))
    expected = [{name: as_text(value) for name, value in row.items()} for row in truth(wiring, what)]
    assert in_order(lines) == in_order(expected)
    assert answer.data.count(b"\r\n") >= len(lines) + 1


def as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_no_cell_of_text_begins_as_a_formula(get: Get) -> None:
    for what in ALL:
        for line in csv.DictReader(io.StringIO(get(what).data.decode(), newline="")):
            for name, cell in line.items():
                assert not cell.startswith(FORMULA) or name.endswith("_id") or cell.lstrip("-").isdecimal(), (
                    name,
                    cell,
                )
    titles = [line["title"] for line in csv.DictReader(io.StringIO(get("channels").data.decode(), newline=""))]
    assert titles[TITLES.index("+1")] == "'+1"
    assert titles[TITLES.index("plain")] == "plain"


def test_null_and_an_empty_text_differ_in_csv(get: Get) -> None:
    lines = get("channels", columns="channel_id,title").data.decode().split("\r\n")
    assert f'{channel_ids()[TITLES.index("")]},""' in lines
    assert f"{channel_ids()[-1]}," in lines


def test_columns_in_the_order_that_is_asked_for(get: Get) -> None:
    answer = get("channels", columns="title, channel_id", bom=True)
    assert answer.data.startswith(b"\xef\xbb\xbftitle,channel_id\r\n")
    assert list(json.loads(get("channels", columns="title,channel_id", format="ndjson").data.splitlines()[0])) == [
        "title",
        "channel_id",
    ]


@pytest.mark.parametrize(
    ("what", "query", "left"),
    [
        ("channels", {"country": "NZ"}, lambda row: row["country"] == "NZ"),
        ("channels", {"language": "de", "metadata_fetched": "true"},
         lambda row: row["language"] == "de" and row["title"] is not None),
        ("videos", {"language": "en", "published_after": "2026-11-12T19:00:00Z"},
         lambda row: row["published_at"] >= "2026-11-12T19"),
        ("videos", {"channel_id": channel_ids()[3]}, lambda row: row["channel_id"] == channel_ids()[3]),
        ("channel_snapshots", {"channel_id": channel_ids()[3]}, lambda row: row["channel_id"] == channel_ids()[3]),
        ("playlists", {"channel_id": channel_ids()[3]}, lambda row: row["channel_id"] == channel_ids()[3]),
        ("playlist_items", {"gone": "false"}, lambda row: row["gone_at"] is None),
        ("edges", {"source": channel_ids()[3]}, lambda row: row["source_channel_id"] == channel_ids()[3]),
        ("changes", {"kind": "video"}, lambda row: row["kind"] == "video"),
        ("changes", {"field": "handle"}, lambda row: row["field"] == "handle"),
    ],
)  # fmt: skip
def test_filters(get: Get, wiring: Wiring, what: str, query: dict[str, str], left: Any) -> None:  # noqa: ANN401 - a condition
    found = [json.loads(line) for line in get(what, format="ndjson", **query).data.splitlines()]
    assert in_order(found) == in_order([row for row in truth(wiring, what) if left(row)])


def test_a_manifest_says_what_the_file_holds(get: Get, api: FlaskClient) -> None:
    answer = get("channels", country="NZ", columns="channel_id")
    assert answer.headers["Link"] == f'</api/exports/manifests/{answer.headers["X-Export-Id"]}>; rel="describedby"'
    told = get(f"manifests/{answer.headers['X-Export-Id']}").get_json()
    assert told["state"] == "complete"
    assert told["rows"] == len(answer.data.splitlines()) - 1
    assert (told["bytes"], told["sha256"]) == (len(answer.data), hashlib.sha256(answer.data).hexdigest())
    assert (told["columns"], told["filters"]) == (["channel_id"], {"country": "NZ"})
    assert told["schema_version"]
    assert told["code_version"]
    assert datetime.fromisoformat(told["next_since"]) < datetime.fromisoformat(told["began_at"])
    left = api.get("/api/exports/channels", buffered=False)
    left.close()
    assert get(f"manifests/{left.headers['X-Export-Id']}").get_json()["state"] == "broken"


def test_gzip_as_a_file_and_on_the_way(api: FlaskClient, get: Get) -> None:
    plain = get("videos").data
    file = get("videos", compress="gzip")
    assert (file.content_type, file.headers["Content-Disposition"][-8:]) == ("application/gzip", '.csv.gz"')
    on_the_way = api.get("/api/exports/videos", headers={"Accept-Encoding": "gzip"})
    assert on_the_way.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(file.data) == gzip.decompress(on_the_way.data) == plain
    told = get(f"manifests/{file.headers['X-Export-Id']}").get_json()
    assert told["sha256"] == hashlib.sha256(plain).hexdigest()
