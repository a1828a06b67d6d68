"""What cannot be exported is refused before the first byte, and nothing is held by it."""

from typing import Any

from app.exports.routes import MOST_EXPORTS
from tests.exports.conftest import Get

REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("nothing", {}, 404, "nothing of this name"),
    ("api_keys", {}, 404, "nothing of this name"),
    ("channels", {"columns": "title,encrypted_key"}, 422, "no column 'encrypted_key'"),
    ("channels", {"columns": "title; drop table channels"}, 422, "no column"),
    ("channels", {"columns": "title,title"}, 422, "named twice"),
    ("channels", {"columns": "channel_key"}, 422, "no column"),
    ("channels", {"columns": "title," * 1_000}, 422, "columns"),
    ("channels", {"kind": "video"}, 422, "cannot be filtered by kind"),
    ("channels", {"colour": "red"}, 422, "no such field"),
    ("channels", {"since": "2026-11-20T20:00:01Z"}, 422, "future"),
    ("channels", {"since": "yesterday"}, 422, "since"),
    ("channels", {"format": "xlsx"}, 422, "format"),
    ("channels", {"format": "parquet", "compress": "gzip"}, 422, "compressed already"),
    ("videos", {"channel_id": "'; --"}, 422, "not a channel id"),
    ("channels", {"sample": 5, "strata": "title"}, 422, "no strata by 'title'"),
    ("edges", {"sample": 5}, 422, "cannot be sampled"),
    ("channels", {"sample": 5, "since": "2026-11-01T00:00:00Z"}, 422, "drawn from all there is"),
    ("channels", {"sample": 1_000_000}, 422, "sample"),
    ("manifests/00000000-0000-0000-0000-000000000000", {}, 404, "no export"),
]


def test_what_cannot_be_exported(get: Get) -> None:
    for what, query, status, said in REFUSED:
        told = get(what, status, **query).get_json()
        assert said in told["detail"], (what, query)
        assert told["hint"]


def test_a_refusal_holds_nothing(get: Get) -> None:
    for _ in range(MOST_EXPORTS + 1):
        get("channels", 422, columns="x")
    get("channels")
