"""Every recorded answer of the real channels.list goes through wire, job and database, and comes out field by field."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.catalog.ids import NotAChannelIdError, channel_key
from app.catalog.model import ChannelFacts
from app.jobs.states import Status
from app.wiring import Wiring
from app.youtube.methods.channels import parse_channels
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, change, fill_catalog

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def answers() -> list[Path]:
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    return sorted((Path(root) / "recorded" / "channels.list").glob("*.json"))


class Replay(ThreadingHTTPServer):
    """Answers every call with one recorded answer, byte for byte."""

    body = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Replay

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Say nothing."""


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Replay() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_every_recorded_answer_comes_out_unchanged(
    make_wiring: MakeWiring, replay: Replay, answers: list[Path], subtests: pytest.Subtests
) -> None:
    wiring = make_wiring(youtube_api_url=replay.url, default_batch_size=50)
    add_key(wiring, 1)
    stored = 0
    for file in answers:
        with subtests.test(file.name):
            replay.body = file.read_bytes()
            stored += check(wiring, json.loads(replay.body))
            assert broken(wiring) == []
    assert stored > 50


def check(wiring: Wiring, answer: dict[str, Any]) -> int:
    """Fetch the channels of one answer into an empty catalogue; how many came out as they were told."""
    change(wiring, "truncate channels, channel_snapshots")
    told = {facts.channel_id: facts for facts in parse_channels(answer) if is_channel_id(facts.channel_id)}
    absent = "UC" + "-" * 21 + "A"
    fill_catalog(wiring, [*told, absent])

    job = work_off(wiring, ask_for_metadata(wiring))

    assert (job.status, job.fetched, job.not_found) == (Status.COMPLETED, len(told), 1)
    for facts in told.values():
        channel = wiring.catalog.read(facts.channel_id)
        for field in fields(ChannelFacts):
            value = getattr(channel, field.name)
            assert (tuple(value) if isinstance(value, list) else value) == getattr(facts, field.name), field.name
    items = {item["id"]: item for item in answer.get("items", ())}
    for channel_id, title, subscribers in sql(wiring, "select channel_id, title, subscriber_count from channels"):
        if channel_id != absent:
            compare_with_the_wire(items[channel_id], title, subscribers)
    return len(told)


def compare_with_the_wire(item: dict[str, Any], title: object, subscribers: object) -> None:
    """Against the recorded JSON itself, so that a fault of the parser cannot hide on both sides."""
    assert title == item.get("snippet", {}).get("title", "")
    statistics = item.get("statistics", {})
    hidden = statistics.get("hiddenSubscriberCount", False) or "subscriberCount" not in statistics
    assert subscribers == (None if hidden else int(statistics["subscriberCount"]))


def is_channel_id(text: str) -> bool:
    try:
        channel_key(text)
    except NotAChannelIdError:
        return False
    return True
