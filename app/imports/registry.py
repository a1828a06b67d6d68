"""The import sources that there are: files, and databases, of which tables are read."""

from collections.abc import Mapping

from app.imports.contract import ImportSource, TableSource
from app.imports.detecting import format_of
from app.imports.opening import Part
from app.imports.paging import FileSource, PagesOf
from app.imports.sources.csv_file import CSV
from app.imports.sources.json_file import JSON, NDJSON
from app.imports.sources.markup_file import OPML
from app.imports.sources.mysql import Mysql
from app.imports.sources.parquet_file import PARQUET
from app.imports.sources.postgresql import Postgresql
from app.imports.sources.sqlite_file import SqliteFile
from app.imports.sources.text_file import TEXT

_FORMATS = {source.name: source for source in (CSV, TEXT, JSON, NDJSON, OPML, PARQUET)}


def _by_content(part: Part) -> PagesOf:
    return _FORMATS[format_of(part.head)].reader(part)


AUTO = FileSource("auto", "a file, read in the way that fits its content", _by_content)
SOURCES: Mapping[str, ImportSource] = {source.name: source for source in (AUTO, *_FORMATS.values())}
_DATABASES: tuple[TableSource, ...] = (SqliteFile(), Postgresql(), Mysql())
DATABASES: Mapping[str, TableSource] = {source.name: source for source in _DATABASES}
