"""Parquet, where the extra `parquet` is installed: rows of columns, which may hold others."""

from collections.abc import Iterator
from typing import Any

from app.imports.contract import UnusableSourceError
from app.imports.opening import Part
from app.imports.paging import Entry, FileSource, Mark, paged, reject
from app.imports.records import Records

_ROWS = 1_000


def entries_of_parquet(part: Part, mark: Mark) -> Iterator[Entry | Mark]:
    """What the rows hold; one with nothing is rejected. Lines are rows, counted from 1."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and 140 MB
        import pyarrow.parquet as pq  # noqa: PLC0415 - likewise
    except ImportError:
        raise UnusableSourceError(
            "a Parquet file needs pyarrow, which is not installed", hint="pip install 'tributary[parquet]'"
        ) from None
    if part.stream:
        raise UnusableSourceError(
            "a Parquet file in an archive is not read: it is compressed itself", hint="unpack it, and import it"
        )
    try:
        yield from _entries(pq.ParquetFile(part.file, pre_buffer=False, buffer_size=1 << 20), mark.offset)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnusableSourceError(
            f"the Parquet file is damaged: {error}", hint="what came before was imported; write it again"
        ) from None


def _entries(file: Any, known: int) -> Iterator[Entry | Mark]:  # noqa: ANN401 - pyarrow has no types
    number, records = 0, Records()
    for batch in file.iter_batches(batch_size=_ROWS):
        if number + batch.num_rows <= known:
            number += batch.num_rows
            continue
        yield Mark(number, number + 1)
        for row in batch.to_pylist():
            number += 1
            records.open(number, is_list=False)
            for key, value in row.items():
                records.key(key)
                _walk(records, value, number)
            records.close()
            found = list(records.take())
            yield from found or [reject(number, str(row), "no channel id, link or handle")]


def _walk(records: Records, value: object, number: int) -> None:
    match value:
        case dict():
            records.open(number, is_list=False)
            for key, inner in value.items():
                records.key(str(key))
                _walk(records, inner, number)
            records.close()
        case list():
            records.open(number, is_list=True)
            for inner in value:
                _walk(records, inner, number)
            records.close()
        case bytes():
            records.value(number, value.decode("utf-8", "replace"))
        case _:
            records.value(number, value if isinstance(value, str) else None)


PARQUET = FileSource("parquet", "Parquet file", lambda _: paged(entries_of_parquet))
