"""The import sources that there are."""

from collections.abc import Mapping

from app.imports.contract import ImportSource
from app.imports.sources.csv_file import CsvFile

SOURCES: Mapping[str, ImportSource] = {source.name: source for source in (CsvFile(),)}
