"""What holds for every import source of files, whatever it reads."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.catalog.ids import channel_id_of
from app.catalog.model import ImportRow
from app.imports.contract import CONTENT_SHOWN, ImportSource, Page, UnusableSourceError
from app.imports.opening import Part
from app.imports.paging import FileSource
from app.imports.registry import SOURCES
from app.imports.sources.json_file import JSON, NDJSON
from app.imports.sources.markup_file import OPML
from app.imports.sources.text_file import TEXT

IDS = [f"UCBJycsmduvYEL83R_U{number:04}Q" for number in range(1_000)]
COUNT = 7


def as_parquet(ids: Sequence[str]) -> bytes:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    packed = io.BytesIO()
    ids = [*ids[:3], "bad", "@somebody", *ids[3:]]
    pq.write_table(pa.table({"channel_id": ids, "title": [f"title {n}" for n in range(len(ids))]}), packed)
    return packed.getvalue()


def as_csv(ids: Sequence[str]) -> bytes:
    rows = [f"{one},{number}\r\n" for number, one in enumerate(ids)]
    return "".join(["channel_id,title\r\n", *rows[:3], 'bad,"quoted ""\n', "@somebody,x\n", *rows[3:]]).encode()


def as_text(ids: Sequence[str]) -> bytes:
    return "\n".join([*ids[:3], "bad", "see @somebody", "", "# comment", *ids[3:]]).encode()


def as_json(ids: Sequence[str]) -> bytes:
    items: list[Any] = [{"id": one, "snippet": {"title": f"title {one}"}} for one in ids]
    items[3:3] = [{"channelId": "bad"}, {"url": "https://www.youtube.com/@somebody"}]
    return json.dumps({"kind": "list", "items": items}, indent=1).encode()


def as_ndjson(ids: Sequence[str]) -> bytes:
    lines = [json.dumps({"channelId": one, "channelName": one}) for one in ids]
    lines[3:3] = ['{"channelId": "bad', '{"author": "https://www.youtube.com/@somebody"}']
    return "\n".join(lines).encode()


def as_opml(ids: Sequence[str]) -> bytes:
    feed = "https://www.youtube.com/feeds/videos.xml?channel_id="
    outlines = [f'<outline text="{one} &amp; co" type="rss" xmlUrl="{feed}{one}"/>' for one in ids]
    outlines[3:3] = [
        '<outline text="other" xmlUrl="https://example.com/feed"/>',
        '<outline text="u" xmlUrl="https://www.youtube.com/feeds/videos.xml?user=somebody"/>',
    ]
    return ("<?xml version='1.0'?>\n<opml><body>\n" + "\n".join(outlines) + "</body></opml>").encode()


WRITERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "csv": as_csv,
    "text": as_text,
    "json": as_json,
    "ndjson": as_ndjson,
    "opml": as_opml,
    "parquet": as_parquet,
}
EACH = [pytest.param(source, id=name) for name, source in SOURCES.items()]
PACKED = {"plain": bytes, "gzip": gzip.compress}


def written(source: ImportSource, tmp_path: Path, packed: Callable[[bytes], bytes] = bytes) -> Path:
    file = tmp_path / "file"
    file.write_bytes(packed(WRITERS[source.name if source.name != "auto" else "json"](IDS[:COUNT])))
    return file


def outcome(pages: Iterator[Page]) -> list[object]:
    """What came out, in the order of each kind."""
    rows: list[ImportRow] = []
    others: list[object] = []
    for page in pages:
        rows += page.rows
        others += [*page.names, *page.rejects]
    return [*rows, *others]


def test_every_source_is_tested() -> None:
    assert {*WRITERS, "auto"} == {*SOURCES}


@pytest.mark.parametrize("source", EACH)
def test_every_row_has_exactly_one_outcome(source: ImportSource, tmp_path: Path) -> None:
    pages = list(source.pages(str(written(source, tmp_path)), {}, 1_000))
    assert [channel_id_of(row.key) for page in pages for row in page.rows] == IDS[:COUNT]
    assert [name.text.lower().rsplit("/", 1)[-1][-8:] for page in pages for name in page.names] == ["somebody"]
    assert [len(reject.content) <= CONTENT_SHOWN for page in pages for reject in page.rejects] == [True]
    assert [page.at_end for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("source", EACH)
@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED.keys())
@pytest.mark.parametrize("rows", [1, 2, 3, 1_000])
def test_it_goes_on_from_any_position_with_exactly_the_same_rows(
    source: ImportSource, packed: Callable[[bytes], bytes], tmp_path: Path, rows: int
) -> None:
    if source.name == "parquet" and packed is not bytes:
        pytest.skip("it is compressed itself, and not read where it is packed again")
    file = str(written(source, tmp_path, packed))
    pages = list(source.pages(file, {}, rows))
    assert all(0 < page.entered <= rows or page.at_end for page in pages)
    for number, page in enumerate(pages[:-1], 1):
        position = json.loads(json.dumps(page.position))
        assert outcome(source.pages(file, position, rows)) == outcome(iter(pages[number:]))


@pytest.mark.parametrize("source", EACH)
def test_a_file_that_holds_nothing_says_what_was_looked_for(source: ImportSource, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"[1,\n2,\n3]\n" * 20_000)
    with pytest.raises(UnusableSourceError) as refused:
        list(source.pages(str(tmp_path / "file"), {}, 1_000))
    if source.name != "parquet":
        assert "UC and 22 characters" in refused.value.hint


SCRAPS = st.sampled_from(
    [
        *(text.encode() for text in (IDS[0], f'{{"id": "{IDS[2]}"}}', f"<a href='/channel/{IDS[3]}'>", "@somebody")),
        b"[", b"{", b"}", b'"', b"\\", b"'", b":", b",", b"<", b">", b"&", b"\r", b"\n", b"\0", b"\xff", b"\xfe", b"UC",
        b"@", b"<!ENTITY", b"<!--", b"https://youtu.be/", b"\\ud800", b"PAR1", b"\x1f\x8b", b"PK\x03\x04",
        b"\x28\xb5\x2f\xfd",
    ]
)  # fmt: skip
HOSTILE = st.lists(SCRAPS | st.binary(max_size=12), max_size=40).map(b"".join)


@pytest.mark.parametrize("source", EACH)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=HOSTILE, rows=st.integers(1, 4))
@example(content=b"[" * 100_000, rows=1)
@example(content=b'{"a":' * 50_000 + b'"' + IDS[0].encode() + b'"', rows=1)
@example(content=b"<" * 100_000, rows=1)
def test_hostile_bytes_raise_nothing_else(source: ImportSource, tmp_path: Path, content: bytes, rows: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    whole, parts = [], []
    with suppress(UnusableSourceError):
        source.check(str(file))
        whole = outcome(source.pages(str(file), {}, 1_000))
        parts = outcome(source.pages(str(file), {}, rows))
    assert parts == whole


class Endless(io.RawIOBase):
    """So many bytes of the same piece, of which none is kept."""

    def __init__(self, piece: bytes, times: int) -> None:
        self._piece, self._size, self._at = piece, len(piece) * times, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert whence == 0
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - whatever can be written to
        start = self._at % len(self._piece)
        found = self._piece[start : start + min(len(buffer), self._size - self._at)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


ENTRY = f'{{"id": "{IDS[0]}", "title": "x", "tags": ["a", 1, null]}},'
STREAMS = {
    "a line without end": (TEXT, IDS[0].encode() + b" " * 9_976),
    "lines": (TEXT, IDS[0].encode() + b" " * 9_975 + b"\n"),
    "a document in one line": (JSON, ENTRY.encode() + b" " * 9_000),
    "a string without end": (JSON, b'"' + b"x" * 10_001),
    "brackets that are never closed": (JSON, b'[{"a":' + b" " * 9_000),
    "JSON lines": (NDJSON, ENTRY.encode() + b" " * 9_000 + b"\n"),
    "a tag without end": (OPML, b"<outline " + b"x" * 9_000),
}


@pytest.mark.parametrize(("source", "piece"), STREAMS.values(), ids=STREAMS.keys())
def test_memory_is_flat(source: FileSource, piece: bytes) -> None:
    """40 MB go through in less than 8; a page is let go of before the next."""
    times = (40 << 20) // len(piece)
    part = Part(io.BufferedReader(Endless(piece, times), 1 << 16), "", b"", lambda: 0.0)
    tracemalloc.start()
    try:
        entered = sum(page.entered for page in source.reader(part)(part, {"mark": [0, 1, ""]}, 1_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
    assert entered >= 0
