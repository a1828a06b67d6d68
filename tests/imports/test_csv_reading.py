"""CSV files as people have them. No row may be lost, and none may cost another."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imports.contract import Name, UnusableSourceError
from app.imports.sources.csv_file import CSV
from tests.imports.conftest import Read, read_to_the_end, rejected, taken

A, B, C, D = (
    "UCBJycsmduvYEL83R_U4JriQ",
    "UCXuqSBlHAE6Xw-yeJA0Tunw",
    "UC_x5XG1OV2P6uZZ5FSM9Ttw",
    "UCZYTClx2T1of7BRZ86-8fow",
)
NO_TITLES = [(A, None), (B, None)]
TITLES = [(A, "Ann"), (B, "Bob")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"channel_id,title\n{A},Ann\n{B},Bob\n", TITLES),
        (f"channel_id,title\n{A},Ann\n{B},Bob", TITLES),
        (f"Channel Id,Channel Url,Channel Title\n{A},http://x,Ann\n{B},http://x,Bob\n", TITLES),
        (f"チャンネル ID,チャンネルの URL,チャンネルのタイトル\n{A},u,Ann\n{B},u,Bob\n", TITLES),
        (f"ID do canal,URL do canal,Título do canal\n{A},u,Ann\n{B},u,Bob\n", TITLES),
        (f" CHANNEL_ID , Title \n {A} , Ann \n{B},Bob\n", TITLES),
        (f"rank,name,views,id\n1,Ann,5,{A}\n2,Bob,4,{B}\n", TITLES),
        (f"id,channel_id,title\n1,{A},Ann\n2,{B},Bob\n", TITLES),
        (f"{A},Ann\n{B},Bob\n", TITLES),
        (f"Ann,{A}\nBob,{B}\n", TITLES),
        (f"{A}\n{B}\n", NO_TITLES),
        (f"{A},1,2\n{B},3,4\n", NO_TITLES),
        (f"channel_id\n{A}\n{B}\n", NO_TITLES),
        (f"url\nhttps://www.youtube.com/channel/{A}\nyoutube.com/channel/{B}/videos?x=1\n", NO_TITLES),
        (f"channel_id;title\n{A};Ann\n{B};Bob\n", TITLES),
        (f"channel_id\ttitle\n{A}\tAnn\n{B}\tBob\n", TITLES),
        (f"channel_id|title\n{A}|Ann\n{B}|Bob\n", TITLES),
        (f"{A}\tAnn, Anna, Annie\n{B}\tBob\n", [(A, "Ann, Anna, Annie"), (B, "Bob")]),
        (f"@ann,youtube.com/channel/{A}\n@bob,youtube.com/channel/{B}\n", [(A, "@ann"), (B, "@bob")]),
        (f"{A};Ann, Anna, Annie\n{B};Bob\n", [(A, "Ann, Anna, Annie"), (B, "Bob")]),
        (f"\ufeffchannel_id,title\n{A},Ann\n{B},Bob\n", TITLES),
        (f"\ufeff{A},Ann\n{B},Bob\n", TITLES),
        (f'"\ufeffchannel_id","title"\r\n"{A}","Ann"\r\n"{B}","Bob"\r\n', TITLES),
        (f"channel_id,title\r\n{A},Ann\r\n{B},Bob\r\n", TITLES),
        (f"channel_id,title\r{A},Ann\r{B},Bob\r", TITLES),
        (f"channel_id,title\r\n{A},Ann\n{B},Bob\r", TITLES),
        (f"channel_id,title\n\n\n{A},Ann\n\n{B},Bob\n\n", TITLES),
        (f"title,channel_id\n\u2028Ann\x85,{A}\nBob,{B}\n", TITLES),
        (f"channel_id,title\n{A},A\x00nn\n\x00{B},Bob\n", TITLES),
        (f'channel_id,title\n{A},"A\nnn"\n{B},Bob\n', [(A, "A\nnn"), (B, "Bob")]),
        (f'channel_id,title\n{A},"A ""n"" n"\n{B},Bob\n', [(A, 'A "n" n'), (B, "Bob")]),
        (f'channel_id,title\n{A},"Ann"\n{B},say "Bob"\n', [(A, "Ann"), (B, 'say "Bob"')]),
        (f"channel_id,title\n{A},\n{B},  \n", NO_TITLES),
        (f"channel_id,title\n{A}\n{B}\n", NO_TITLES),
    ],
)
def test_what_is_a_channel(read: Read, content: str, expected: list[tuple[str, str | None]]) -> None:
    page = read(content)
    assert (taken(page), page.rejects) == (expected, [])


def test_what_is_not_utf_8_costs_only_its_own_characters(read: Read) -> None:
    page = read(b"channel_id,title\n%s,caf\xe9 \xff\n%s,Bob\n" % (A.encode(), B.encode()))
    assert taken(page) == [(A, "café ÿ"), (B, "Bob")]


@pytest.mark.parametrize(
    "broken",
    [f'{B},"never closed', f'"{B},never closed', f'{B},"closed" too soon', f'{B},"', f'"{B}"x,"'],
)
@pytest.mark.parametrize("after", [1, 3, 5_000])
def test_a_broken_quote_swallows_no_other_row(read: Read, broken: str, after: int) -> None:
    """A lenient reader takes all that follows, up to the end of the file, for the text of one cell."""
    rest = [f"{C},Cat", f'{D},"a, ""b"""'] * after
    page = read("\n".join([f"channel_id,title\n{A},Ann", broken, *rest]) + "\n")
    found = taken(page)
    assert found[0] == (A, "Ann")
    assert found[-len(rest) :] == [(C, "Cat"), (D, 'a, "b"')] * after
    assert page.entered == len(rest) + 2
    assert [line for line, _ in rejected(page)] in ([], [3])


def test_lines_are_those_of_an_editor(read: Read) -> None:
    page = read(f'channel_id,title\r\n{A},"two\r\nlines"\r\n\r\nbad\r@bad\n{B},Bob\nbad,"also\ntwo"\nbad')
    assert taken(page) == [(A, "two\r\nlines"), (B, "Bob")]
    assert rejected(page) == [(5, "not a channel id"), (8, "not a channel id"), (10, "not a channel id")]
    assert page.names == [Name(6, "@bad")]


def test_a_very_long_line_costs_only_what_is_too_long(read: Read) -> None:
    """Cells over 128 KB and lines over 1 MB: beyond what Python's reader takes, and what memory should hold."""
    long_cell, long_line = "x" * 200_000, "ü" * 3_000_000
    page = read(f"channel_id,title\n{A},{long_cell}\n{B},{long_line}\n{long_line}\n{C},Cat\nbad\n")
    assert [channel_id for channel_id, _ in taken(page)] == [A, B, C]
    assert [reject.line for reject in page.rejects] == [4, 6]
    assert all(len(reject.content) <= 200 for reject in page.rejects)


def test_lines_of_an_old_mac_in_a_large_file(read: Read) -> None:
    """There is no LF to read up to: pieces of a megabyte must not cut a row in two."""
    page = read("\r".join([A, B] * 60_000))
    assert [channel_id for channel_id, _ in taken(page)] == [A, B] * 60_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04....", "cut off or damaged"),
        (b"\x1f\x8b....", "breaks off after 0 unpacked bytes"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_what_is_no_csv_is_refused_when_it_is_asked_for(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UnusableSourceError, match=told) as refused:
        CSV.check(str(tmp_path / "file"))
    assert refused.value.hint


@pytest.mark.parametrize(
    "content", ["name,views\nAnn,1\nBob,2\n", "just text\n", "\n\n", '"', "\x00", f"see {A} there\n"]
)
def test_a_file_without_ids_says_what_is_missing(read: Read, content: str) -> None:
    with pytest.raises(UnusableSourceError, match="no column with channel ids") as refused:
        read(content)
    assert "UC and 22 characters" in refused.value.hint


def test_only_a_header_names_no_channel(read: Read) -> None:
    with pytest.raises(UnusableSourceError, match="nothing in the file names a channel"):
        read("channel_id,title\n")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f",https://youtube.com/channel/{C},Cat", ([C], [])),
        (f"client,https://youtube.com/channel/{C},Cat", ([C], [])),
        ("client,https://youtube.com/@cat/videos,Cat", ([], ["https://youtube.com/@cat/videos"])),
        ("@cat,,Cat", ([], ["@cat"])),
        ("user/cat,,Cat", ([], ["user/cat"])),
        (f"UU{C[2:]},,Cat", ([C], [])),
    ],
)
def test_a_row_without_an_id_in_its_place(read: Read, row: str, expected: tuple[list[str], list[str]]) -> None:
    page = read(f"channel_id,url,title\n{A},,Ann\n{row}\n{B},,Bob\n")
    ids, names = expected
    assert [channel_id for channel_id, _ in taken(page)] == [A, *ids, B]
    assert page.names == [Name(3, name) for name in names]
    assert page.rejects == []


def test_a_list_of_handles_is_a_list(read: Read) -> None:
    page = read("name,handle\nAnn,@ann\nBob,@bob\nnobody,\n")
    assert page.names == [Name(2, "@ann"), Name(3, "@bob")]
    assert rejected(page) == [(4, "no channel id")]


CELLS = st.sampled_from(
    [
        A,
        B,
        f"https://www.youtube.com/channel/{C}",
        "@handle",
        "",
        '"',
        '""',
        "a,b",
        "a\nb",
        "a\r\nb",
        "\r",
        "ü",
        "\x00",
        "x",
    ]
)
QUOTED = CELLS.map(lambda text: '"{}"'.format(text.replace('"', '""')))
ROWS = st.lists(CELLS | QUOTED, min_size=1, max_size=3).map(",".join)
FILES = st.lists(ROWS, max_size=12).map(lambda rows: f"channel_id,title\n{A},Ann\n" + "\n".join(rows))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=FILES, rows=st.integers(1, 5))
def test_the_size_of_a_batch_changes_nothing(tmp_path: Path, content: str, rows: int) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content.encode())
    whole, parts = read_to_the_end(file, 1_000), read_to_the_end(file, rows)
    assert (list(parts.rows), parts.rejects) == (list(whole.rows), whole.rejects)
    assert parts.position == whole.position
    lines = re.split(r"\r\n|\r|\n", content)
    # line 1 among them: where another separator seems likelier, the header is not seen as one
    assert all(1 <= reject.line <= len(lines) for reject in whole.rejects)
