"""Recorded answers, served again."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator import discovery
from emulator.control import Control
from emulator.methods.registry import METHODS
from emulator.recorded import Recorded
from emulator.server import EmulatorServer
from emulator.settings import DEFAULT_QUOTAS
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
def test_real_recordings_are_served_byte_for_byte_for_the_ids_they_contain() -> None:
    folder = os.environ.get("TRIBUTARY_REAL_DATA")
    if not folder:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    files = sorted((Path(folder) / "recorded").glob("*.list/*.json"))
    bodies = {file.read_bytes() for file in files}
    quotas = dict.fromkeys(DEFAULT_QUOTAS, 10_000)
    with EmulatorServer(recorded=Path(folder) / "recorded", quotas=quotas) as emulator, httpx.Client() as client:
        asked = [(file.name, _by_ids(file.parent.name, json.loads(file.read_bytes()))) for file in files]
        answers = {
            name: client.get(f"{emulator.url}/{path}", params=query)
            for name, found in asked
            if found
            for path, query in [found]
        }
    assert len(answers) > 300
    # of several recordings of the same ids one is served
    assert [name for name, answer in answers.items() if answer.content not in bodies] == []


def _by_ids(method: str, content: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Path and query that ask for the ids of a recording and the parts that they have, if one call can."""
    described = discovery.methods().get(method)
    items = content.get("items") or []
    if method not in METHODS or described is None or "id" not in described.parameters or not 0 < len(items) <= 50:
        return None
    parts = described.parts.intersection(name for item in items for name in item)
    return described.path, {"part": ",".join(parts), "id": ",".join(item["id"] for item in items), "key": "k"}
