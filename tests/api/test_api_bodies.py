"""Bodies as they arrive: broken, hostile, misspelt. A problem names the field; nothing is a 500, nothing is done."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.shapes import CHANNEL, problem

METADATA, MIGRATE, BULK, KEYS = "/api/batch-metadata", "/api/migrate", "/api/bulk-add-channels", "/api/api-keys"
ROW = {"channel_id": CHANNEL}
MB = 2**20


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (METADATA, {"batch_size": True}, "batch_size"),
        (METADATA, {"batch_size": "5"}, "batch_size"),
        (METADATA, {"batch_size": 5.5}, "batch_size"),
        (METADATA, {"batch_size": 0}, "batch_size"),
        (METADATA, {"batch_size": -1}, "batch_size"),
        (METADATA, {"batch_size": 10_001}, "batch_size"),
        (METADATA, {"total_limit": 10**30}, "total_limit"),
        (METADATA, {"total_limits": 5}, "total_limits"),
        (METADATA, [], "body"),
        (METADATA, 1, "body"),
        (METADATA, "text", "body"),
        (MIGRATE, {}, "source_path"),
        (MIGRATE, None, "source_path"),
        (MIGRATE, {"source_path": ""}, "source_path"),
        (MIGRATE, {"source_path": ["a"]}, "source_path"),
        (MIGRATE, {"source_path": "x" * 1_001}, "source_path"),
        (MIGRATE, {"source_path": "a.csv", "source_type": "floppy"}, "source_type"),
        (MIGRATE, {"source_path": "a.csv", "source_type": "\x00"}, "source_type"),
        (MIGRATE, {"source_path": "a.csv", "batch_size": False}, "batch_size"),
        (BULK, {}, "channels"),
        (BULK, {"channels": []}, "channels"),
        (BULK, {"channels": CHANNEL}, "channels"),
        (BULK, {"channels": [CHANNEL]}, "channels.0"),
        (BULK, {"channels": [{"title": "no id"}]}, "channels.0.channel_id"),
        (BULK, {"channels": [ROW, {"channel_id": 1}]}, "channels.1.channel_id"),
        (BULK, {"channels": [{**ROW, "name": "x"}]}, "channels.0.name"),
        (BULK, {"channels": [ROW], "source": "a\x00b"}, "source"),
        (BULK, {"channels": [ROW], "source": "half \ud800"}, "source"),
        (BULK, {"channels": [ROW] * 50_001}, "channels"),
        (KEYS, {"key_name": "a"}, "api_key"),
        (KEYS, {"key_name": "a", "api_key": " "}, "api_key"),
        (KEYS, {"key_name": "a", "api_key": "two words"}, "api_key"),
        (KEYS, {"key_name": "a", "api_key": "x" * 1_000}, "api_key"),
        (KEYS, {"key_name": "\x00", "api_key": "AIzaSyX"}, "key_name"),
        (KEYS, {"key_name": "a", "api_key": "AIzaSyX", "project": "\x00"}, "project"),
        (KEYS, {"key_name": "a", "api_key": "AIzaSyX", "service": "vimeo"}, "service"),
    ],
)
def test_a_wrong_field_is_named(refusing_api: FlaskClient, path: str, body: object, field: str) -> None:
    problem(refusing_api.post(path, data=json.dumps(body), content_type="application/json"), 422, field)


def test_many_wrong_fields_make_a_short_answer(refusing_api: FlaskClient) -> None:
    told = problem(refusing_api.post(BULK, json={"channels": [{}] * 50_000}), 422, "channels.0.channel_id")
    assert len(told["errors"]) == 20
    assert told["detail"].endswith("; and 49980 more")


@pytest.mark.parametrize(
    "sent",
    [b"{", b"channels=1", b"\xff", b"[" * 100_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"9" * 5_000, b"{'a': 1}"],
    ids=["cut short", "a form", "not utf-8", "deep list", "deep object", "endless number", "quotes of Python"],
)
def test_what_is_not_json_is_refused(refusing_api: FlaskClient, sent: bytes) -> None:
    told = problem(refusing_api.post(METADATA, data=sent, content_type="application/json"), 400)
    assert told["detail"].startswith("the body is not valid JSON: ")


@pytest.mark.parametrize("sent_as", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_of_another_type_is_refused_and_not_taken_for_none(refusing_api: FlaskClient, sent_as: str) -> None:
    """`curl -d` without a header sends a form: taken for no body, it would fetch everything instead of five."""
    told = problem(refusing_api.post(METADATA, data=b'{"total_limit": 5}', content_type=sent_as), 415)
    assert "Content-Type: application/json" in told["hint"]


def test_more_than_sixteen_megabytes_are_refused(refusing_api: FlaskClient) -> None:
    told = problem(refusing_api.post(BULK, data=b" " * (16 * MB + 1), content_type="application/json"), 413)
    assert "/api/migrate" in told["hint"]


def test_no_body_means_the_defaults(api: FlaskClient) -> None:
    assert api.post(METADATA).status_code == 202
    for sent in ("", "{}", "null"):
        assert api.post(METADATA, data=sent, content_type="application/json").status_code == 202


def test_odd_characters_in_a_row_cost_nothing_else(api: FlaskClient) -> None:
    """What cannot be stored is left out, as in a file: the other rows of the request must not be lost for it."""
    rows = [{"channel_id": f"{CHANNEL}\x00", "title": "nul\x00"}, {"channel_id": CHANNEL, "title": "half \ud800"}]
    answer = api.post(BULK, data=json.dumps({"channels": rows}), content_type="application/json")
    assert answer.status_code == 202


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SIZES = st.integers(-1, 5) | JSON
TEXTS = st.sampled_from([CHANNEL, "", "\x00", "\ud800", "../../etc/passwd", "x" * 2_000, "mysql://a:b@c/d"]) | JSON
BODIES = {
    METADATA: {"batch_size": SIZES, "total_limit": SIZES},
    MIGRATE: {"source_type": st.just("csv") | TEXTS, "source_path": TEXTS, "batch_size": SIZES},
    BULK: {
        "channels": JSON
        | st.lists(JSON | st.fixed_dictionaries({"channel_id": TEXTS}, optional={"title": TEXTS}), max_size=3),
        "source": TEXTS,
    },
    KEYS: {"key_name": TEXTS, "api_key": TEXTS, "project": TEXTS},
}


def bodies(path: str) -> st.SearchStrategy[bytes]:
    """Nearly right, or anything that JSON can say, or no JSON at all."""
    nearly = st.fixed_dictionaries({}, optional=BODIES[path])
    strange = st.dictionaries(st.text(max_size=5) | st.just("\ud800"), JSON, max_size=2)
    return (nearly | strange | JSON).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20)


@pytest.mark.parametrize("path", list(BODIES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_breaks_the_api(api: FlaskClient, path: str, data: st.DataObject) -> None:
    sent = data.draw(bodies(path))
    answer = api.post(path, data=sent, content_type="application/json")
    assert answer.status_code in {201, 202, 400, 422}, (sent, answer.text)
    if answer.status_code >= 400:
        problem(answer, answer.status_code)
