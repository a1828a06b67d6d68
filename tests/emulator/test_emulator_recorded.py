"""Recorded answers, served again."""

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.control import Control
from emulator.recorded import Recorded
from emulator.server import EmulatorServer
from tests.emulator.asking import Asker

RECORDED_ID = "UCaaaaaaaaaaaaaaaaaaaaaA"


def _channel(**parts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "youtube#channelListResponse", "items": [{"kind": "youtube#channel", "id": RECORDED_ID, **parts}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "a.json": json.dumps(_channel(snippet={"title": "Old", "customUrl": "@Recorded"})),
        "deep/b.json": json.dumps(_channel(statistics={"viewCount": "1"}, etag={})),
        "c.json": "{broken",
        "d.json": "[1, 2]",
        "e.json": '{"items": {"no": "list"}}',
        "f.json": '{"items": [1, {"kind": "youtube#searchResult", "id": {"videoId": "x"}}, {"id": "no kind"}]}',
        "notes.txt": "not JSON at all",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def ask_recorded(folder: Path) -> Iterator[Asker]:
    with EmulatorServer(recorded=folder) as emulator, httpx.Client(base_url=emulator.url) as client:
        yield Asker(client)


def test_recorded_parts_are_gathered_from_all_files(ask_recorded: Asker) -> None:
    [item] = ask_recorded.items(part="snippet,statistics,status", id=RECORDED_ID)
    assert item["snippet"] == {"title": "Old", "customUrl": "@Recorded"}
    assert item["statistics"] == {"viewCount": "1"}
    assert "status" not in item
    assert len(item["etag"]) == 27


def test_other_ids_come_from_the_universe(ask_recorded: Asker) -> None:
    with Control(str(ask_recorded.http.base_url)) as control:
        ids = control.channel_ids(5)
    assert len(ask_recorded.items(part="id", id=",".join([*ids, RECORDED_ID]))) == 6


def test_recorded_handles_lead_to_recorded_channels(ask_recorded: Asker) -> None:
    for handle in ("@recorded", "RECORDED"):
        assert [item["id"] for item in ask_recorded.items(part="id", forHandle=handle)] == [RECORDED_ID]


def test_without_a_folder_nothing_is_recorded() -> None:
    assert len(Recorded(None)) == 0


@pytest.mark.real_data
def test_real_recordings_are_served_as_they_were() -> None:
    folder = os.environ.get("TRIBUTARY_REAL_DATA")
    if not folder:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    recorded = Path(folder) / "recorded" / "channels.list"
    sent = _recorded_items(recorded)
    with EmulatorServer(recorded=recorded) as emulator, httpx.Client(base_url=emulator.url) as client:
        ask, ids = Asker(client), iter(sent)
        while batch := list(islice(ids, 50)):
            items = ask.items(part="snippet,statistics,brandingSettings", id=",".join(batch))
            assert {item["id"] for item in items} == set(batch)
            assert all(item["snippet"]["title"] in sent[item["id"]] for item in items if "snippet" in item)


def _recorded_items(folder: Path) -> dict[str, set[str]]:
    """Every recorded channel with the titles it ever had."""
    found: dict[str, set[str]] = {}
    for file in folder.glob("*.json"):
        for item in json.loads(file.read_text()).get("items", ()):
            if item.get("kind") == "youtube#channel" and "id" in item:
                found.setdefault(item["id"], set()).add(item.get("snippet", {}).get("title"))
    assert len(found) > 40
    return found
