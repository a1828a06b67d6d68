"""The fast way through a CSV file gives what the exact one would: Python's own writer is the witness."""

import csv
import io
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.catalog.ids import channel_id_of
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.imports.sources.csv_file import CSV
from tests.imports.conftest import Read, read_to_the_end

A, B = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw"
ODD = st.sampled_from(
    ["", " ", "\t", '"', "\\", "\\N", ",", ";", "\n", "\r\n", "\xa0", "\u2028", "é", "😀", "\x1c", "ab"]
)
TITLES = st.lists(ODD, max_size=4).map("".join)
ROWS = st.lists(st.tuples(st.uuids(), TITLES), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans())
@example(rows=[(UUID(int=0), "\\N"), (UUID(int=2**128 - 1), '""')], delimiter="\t", end="\n", quoted=True)
def test_titles_of_all_kinds(
    tmp_path: Path, rows: list[tuple[UUID, str]], delimiter: str, end: str, *, quoted: bool
) -> None:
    written = io.StringIO()
    writer = csv.writer(
        written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerows([("title", "channel_id", "x"), *((title, channel_id_of(key), "y") for key, title in rows)])
    (tmp_path / "file.csv").write_bytes(written.getvalue().encode())
    [page] = CSV.pages(str(tmp_path / "file.csv"), {}, 1_000)
    assert page.rejects == []
    assert list(page.rows) == [ImportRow(key, title.strip() or None) for key, title in rows]
    assert list(read_to_the_end(tmp_path / "file.csv", 7).rows) == list(page.rows)


def test_what_stands_beside_an_id(read: Read) -> None:
    page = read(
        f"country,handle,channel_id,subscribers,title\nDE,@Ann,{A},5,Ann\nGermany,ann,{B},x,Bob\n"
        f'us,@b.o-b_1,{A},,"a ""b"""\n,,{B},,\n'
    )
    assert [(row.title, row.handle, row.country) for row in page.rows] == [
        ("Ann", "@ann", "DE"),
        ("Bob", None, None),
        ('a "b"', "@b.o-b_1", "US"),
        (None, None, None),
    ]


@pytest.mark.parametrize("bad_every", [1, 2, 3, 1_000])
def test_lines_are_counted_whichever_way_they_are_read(read: Read, bad_every: int) -> None:
    """More than a window of a megabyte, with unusual lines in between."""
    lines = ["bad" if n % bad_every == 0 else A if n % 5 else f'"{A}","two\n""lines"""' for n in range(1, 50_001)]
    page = read("\n".join(["channel_id,title", A, *lines]))
    line, bad = 3, []
    for text in lines:
        bad += [line] if text == "bad" else []
        line += text.count("\n") + 1
    assert [reject.line for reject in page.rejects] == bad
    assert len(page.rows) == 50_001 - len(bad)


def test_a_page_ends_when_it_has_many_rejects(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("channel_id\n" + f"{A}\n" + "bad\n" * 25_000)
    pages = list(CSV.pages(str(tmp_path / "file.csv"), {}, 1_000_000))
    assert max(len(page.rejects) for page in pages) < 11_000
    assert sum(page.entered for page in pages) == 25_001
    assert [page.at_end for page in pages].count(True) == 1


def test_a_line_for_copy_says_what_the_row_says() -> None:
    rows = [ImportRow(UUID(int=1), "tab\t\\N\r\n", "@a", "DE"), ImportRow(UUID(int=2))]
    assert list(ImportRows(rows)) == rows
