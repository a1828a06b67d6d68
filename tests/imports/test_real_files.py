"""Lists that real people wrote: every one is imported, with all ids that a plain search finds in its column."""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog.ids import channel_id_of
from app.imports.contract import UnusableSourceError
from tests.imports.conftest import read_to_the_end

_DATA = os.environ.get("TRIBUTARY_REAL_DATA", "")
_FILES = sorted((Path(_DATA) / "channels").rglob("*.csv")) if _DATA else []
_ID = re.compile(r"(?<![\w-])UC[\w-]{21}[AQgw](?![\w-])", re.ASCII)

_LISTS = [pytest.param(file, id=file.name) for file in _FILES]

pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not _FILES, reason="TRIBUTARY_REAL_DATA is not set")]


def cells(file: Path, delimiter: str) -> Iterator[list[str]]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        yield from csv.reader((line.replace("\x00", "") for line in lines), delimiter=delimiter)


def column_ids(file: Path, delimiter: str, column: int) -> set[str]:
    """What a plain search finds in a column."""
    found = (_ID.search(record[column]) for record in cells(file, delimiter) if column < len(record))
    return {match[0] for match in found if match}


@pytest.mark.parametrize("file", _LISTS)
def test_a_real_list(file: Path) -> None:
    if not _ID.search(file.read_text(encoding="utf-8", errors="replace")):
        with pytest.raises(UnusableSourceError):
            read_to_the_end(file, 1_000)
        return
    page = read_to_the_end(file, 1_000)
    layout = page.position["layout"]
    found = {channel_id_of(row.key) for row in page.rows}
    assert found >= column_ids(file, layout["delimiter"], layout["id"])
    assert found
    # Nothing is rejected that is an id by itself.
    assert [reject for reject in page.rejects if _ID.fullmatch(reject.content)] == []
