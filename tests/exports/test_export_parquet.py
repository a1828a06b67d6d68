"""Parquet: what pyarrow reads back has the rows of NDJSON, and types."""

import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.exports import parquet
from app.exports.model import NoParquetError
from app.wiring import Wiring
from tests.exports.conftest import Get
from tests.exports.rows import ALL, fill

ROOT = Path(__file__).parents[2]


def plain(value: Any) -> Any:  # noqa: ANN401 - of a cell
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("what", ALL)
def test_the_same_rows_with_types(get: Get, wiring: Wiring, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    fill(wiring)
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 10)  # several groups
    file = pq.ParquetFile(io.BytesIO(get(what, format="parquet").data))
    rows = [{name: plain(value) for name, value in row.items()} for row in file.read().to_pylist()]
    lines = [json.loads(line) for line in get(what, format="ndjson").data.splitlines()]
    for row in (*rows, *lines):
        row.pop("confidence", None)  # a real: 0.3 is not 0.3 in double precision
    assert rows == lines
    assert file.metadata.num_row_groups > 1
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert {"channels": types.get("keywords"), "videos": types.get("tags")}.get(what, "list<item: string>") in {
        "list<item: string>", "list<element: string>"
    }  # fmt: skip
    assert all(types[name] == "timestamp[us, tz=UTC]" for name in types if name.endswith(("_at", "_seen")))
    assert file.schema_arrow.field(0).metadata[b"meaning"]


def test_no_rows_are_a_file_as_well(get: Get) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    assert pq.read_table(io.BytesIO(get("channels", format="parquet").data)).num_rows == 0


def test_without_pyarrow_it_is_said_what_to_do() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from app.exports.formats import FORMATS\n"
        "from app.exports.model import NoParquetError, Wish\n"
        "try:\n    FORMATS['parquet'].writer([], Wish('channels', 'parquet'))\n"
        "except NoParquetError as error:\n    print(error.status, error, error.hint)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("409 Parquet needs pyarrow")
    assert "pip install 'tributary[parquet]'" in told.stdout
    assert issubclass(NoParquetError, Exception)
