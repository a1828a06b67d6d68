import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.catalog.ids import channel_id_of
from app.imports.contract import ImportSource, Page
from app.imports.sources.csv_file import CSV

Read = Callable[..., Page]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a CSV file with this content, as an import does: page by page, the position passed on as JSON."""

    def reading(content: bytes | str, *, rows: int = 1_000_000) -> Page:
        file = tmp_path / "file.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_to_the_end(file, rows)

    return reading


def read_to_the_end(file: Path, rows: int, source: ImportSource = CSV) -> Page:
    """All pages of `rows` rows, put together."""
    whole = Page()
    while not whole.at_end:
        # By another reader for each page, as after a kill; tests of whole files read on with the same one.
        page = next(source.pages(str(file), json.loads(json.dumps(whole.position)), rows))
        assert page.entered <= rows
        assert page.entered or page.at_end, "a page without rows must be the last"
        assert 0 <= page.share_read <= 1
        whole.rows.extend(page.rows)
        whole.names += page.names
        whole.rejects += page.rejects
        whole.position, whole.at_end = page.position, page.at_end
    return whole


def taken(page: Page) -> list[tuple[str, str | None]]:
    """The rows as id and title."""
    return [(channel_id_of(row.key), row.title) for row in page.rows]


def rejected(page: Page) -> list[tuple[int, str]]:
    """The rejects as line and reason."""
    return [(reject.line, reject.reason) for reject in page.rejects]
