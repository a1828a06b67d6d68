"""Bytes of whatever encoding and compression become the text that is in them, and no more of it than is safe."""

import bz2
import gzip
import io
import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.imports.contract import Name, Page, UnusableSourceError
from app.imports.registry import AUTO
from app.imports.unpacking import Allowance, Unpacked, zip_members
from tests.imports.conftest import read_to_the_end, taken

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

A, B, C = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw", "UC_x5XG1OV2P6uZZ5FSM9Ttw"
LIST = f"channel_id,title\n{A},Änn 日本\n{B},Bob\n"
EXPECTED = [(A, "Änn 日本"), (B, "Bob")]


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Page]:
    def reading(content: bytes, rows: int = 1_000) -> Page:
        (tmp_path / "file").write_bytes(content)
        AUTO.check(str(tmp_path / "file"))
        return read_to_the_end(tmp_path / "file", rows, AUTO)

    return reading


PLAIN = LIST.encode()
PACKED = {
    "plain": PLAIN,
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "utf-16 le": LIST.encode("utf-16"),
    "utf-16 be": b"\xfe\xff" + LIST.encode("utf-16-be"),
    "utf-16 le without a mark": LIST.encode("utf-16-le"),
    "utf-16 be without a mark": LIST.encode("utf-16-be"),
    "utf-32": LIST.encode("utf-32"),
    "gzip": gzip.compress(PLAIN),
    "gzip of two": gzip.compress(PLAIN[:30]) + gzip.compress(PLAIN[30:]),
    "zstd": zstd.compress(PLAIN),
    "zstd of two": zstd.compress(PLAIN[:30]) + zstd.compress(PLAIN[30:]),
    "zip": zipped({"list.csv": PLAIN}),
    "gzip of utf-16": gzip.compress(LIST.encode("utf-16")),
    "zip of utf-16": zipped({"list.csv": LIST.encode("utf-16-le")}),
}


@pytest.mark.parametrize("content", PACKED.values(), ids=PACKED.keys())
@pytest.mark.parametrize("rows", [1, 1_000])
def test_whatever_it_is_packed_in(read: Callable[..., Page], content: bytes, rows: int) -> None:
    assert taken(read(content, rows)) == EXPECTED


def test_what_is_not_utf_8_is_read_as_windows_would(read: Callable[..., Page]) -> None:
    page = read(f"channel_id,title\n{A},Café € Zoë\n".encode("cp1252") + f"{B},日本\n".encode())
    assert taken(page) == [(A, "Café € Zoë"), (B, "日本")]


def test_all_files_of_an_archive_each_in_its_own_way(read: Callable[..., Page]) -> None:
    page = read(
        zipped(
            {
                "Takeout/abonnements.csv": f"ID de chaîne,URL de chaîne,Titre\n{A},http://www.youtube.com/channel/{A},Ann\n",
                "Takeout/watch-history.json": f'[{{"subtitles": [{{"name": "Bob", "url": "https://youtube.com/channel/{B}"}}]}}]',
                "Takeout/readme.txt": "nothing for you\n",
                "Takeout/picture.png": b"\x89PNG....",
                "../../../../etc/inner.zip": zipped({"list.csv": PLAIN}),
                "list.txt": f"{C}\n@somebody\nnothing\n",
            }
        )
    )
    assert taken(page) == [(A, "Ann"), (B, "Bob"), (C, None)]
    assert page.names == [Name(2, "@somebody")]
    assert [reject.content for reject in page.rejects] == [
        "Takeout/picture.png",
        "../../../../etc/inner.zip",
        "list.txt: nothing",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0), "an archive inside an archive"),
        (zipped({"x.zip": zipped({"list.csv": PLAIN})}), "an archive inside an archive"),
        (zipped({"xl/workbook.xml": "<x/>", "xl/a.xml": f"<v>{A}</v>"}), "an Excel workbook"),
        (zipped({}), "holds no files"),
        (bz2.compress(PLAIN), "bzip2"),
        (b"SQLite format 3\0" + b"\0" * 100, "source_type sqlite|an SQLite database"),
        (b"nothing here\nat all\n", "nothing in the file names a channel"),
        (b"", "the file is empty"),
        (gzip.compress(b"", mtime=0), "nothing in the file names a channel"),
    ],
)
def test_what_cannot_be_imported_says_why(read: Callable[..., Page], content: bytes, told: str) -> None:
    with pytest.raises(UnusableSourceError, match=told) as refused:
        read(content)
    assert refused.value.hint


MANY = "".join(f"{A[:-4]}{number:03}Q\n" for number in range(1_000)).encode()


@pytest.mark.parametrize("packed", [gzip.compress(MANY, 1), zstd.compress(MANY)], ids=["gzip", "zstd"])
def test_a_broken_archive_gives_what_can_be_read_and_then_says_where_it_breaks(tmp_path: Path, packed: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(packed[:-9])
    pages = AUTO.pages(str(file), {}, 300)
    found = 0
    error = None
    try:
        for page in pages:
            found += len(page.rows)
            assert not page.at_end
            position = page.position
    except UnusableSourceError as raised:
        error = raised
    assert re.search(r"breaks off after [\d,]+ unpacked bytes", str(error))
    if packed.startswith(b"\x1f\x8b"):
        assert found > 500
        with pytest.raises(UnusableSourceError, match="breaks off"):
            list(AUTO.pages(str(file), position, 300))


def test_a_damaged_file_in_an_archive_costs_only_itself(read: Callable[..., Page]) -> None:
    content = bytearray(zipped({"a.txt": MANY, "b.txt": f"{B}\n"}))
    content[content.index(b"a.txt") + 200] ^= 0xFF
    page = read(bytes(content))
    assert taken(page)[-1] == (B, None)
    assert "a.txt" in page.rejects[-1].content


def test_a_bomb_is_left_when_it_has_unpacked_too_much(tmp_path: Path) -> None:
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip.compress(f"{A}\n".encode() + (b" " * 4_095 + b"\n") * (20 << 10)))
    found: list[object] = []
    pages = AUTO.pages(str(file), {}, 1_000)
    with pytest.raises(UnusableSourceError, match="unpacks to more than 67,108,864 bytes"):
        found += (row for page in pages for row in taken(page))
    assert found == [(A, None)]


def test_an_archive_may_not_unpack_to_more_by_many_files() -> None:
    allowance = Allowance(1)
    allowance.take("a", 40 << 20)
    allowance.take("a", 10 << 20)
    with pytest.raises(UnusableSourceError, match="unpacks to more"):
        allowance.take("b", 40 << 20)


def test_a_list_of_files_that_would_fill_the_memory_is_not_read() -> None:
    end = b"PK\x05\x06" + b"\0" * 8 + (64 << 20).to_bytes(4, "little") + b"\0" * 6
    with pytest.raises(UnusableSourceError, match="too many files"):
        zip_members(io.BytesIO(end), len(end))


def test_going_back_a_little_does_not_unpack_again() -> None:
    content = bytes(range(256)) * (12 << 12)
    starts = []

    def start() -> io.BytesIO:
        starts.append(1)
        return io.BytesIO(content)

    stream = io.BufferedReader(Unpacked(start, "", Allowance(1)), 1 << 16)
    for at in (0, 10 << 20, 9 << 20, 11 << 20):
        stream.seek(at)
        assert stream.read(5) == content[at : at + 5]
    assert len(starts) == 1
    stream.seek(3)
    assert stream.read(5) == content[3:8]
    assert len(starts) == 2
