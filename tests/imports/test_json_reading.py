"""JSON without line breaks: reading goes on where it stopped, and not from the beginning."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from app.catalog.ids import channel_id_of
from app.imports.sources.json_file import JSON
from tests.imports.conftest import read_to_the_end, rejected, taken
from tests.imports.test_sources_conformance import outcome

COUNT = 40_000
# Signs that could end a record, in titles; letters of one to four bytes.
TITLES = ("plain", "Zoë", 'a, "b"]}', "{[", "日本", "\U0001f33b", "a\\", "c\nd")
CHANNELS = [
    (channel_id_of(UUID(int=number * 2**100 + number)), TITLES[number % len(TITLES)]) for number in range(COUNT)
]


@pytest.fixture
def one_line(tmp_path: Path) -> Path:
    subscriptions = [{"id": one, "title": title, "tags": ["x", {"y": None}]} for one, title in CHANNELS]
    (tmp_path / "list.json").write_text(json.dumps({"version": 1, "subscriptions": subscriptions}, ensure_ascii=False))
    return tmp_path / "list.json"


def test_a_reader_begins_near_the_place_where_the_one_before_stopped(one_line: Path) -> None:
    pages = list(JSON.pages(str(one_line), {}, 1_000))
    size = one_line.stat().st_size
    for number, page in enumerate(pages[:-1], 1):
        offset = page.position["inner"]["mark"][0]
        assert offset >= size * number / len(pages) - 400_000, "marks lie some hundred kilobytes apart"
        if number % 8 == 0:
            assert outcome(JSON.pages(str(one_line), page.position, 1_000)) == outcome(iter(pages[number:]))


def test_all_of_it_is_read_by_many_readers(one_line: Path) -> None:
    whole = read_to_the_end(one_line, 5_000, JSON)
    assert taken(whole) == [(one, title.strip()) for one, title in CHANNELS]
    assert rejected(whole) == []
