"""Exports of any size, their manifests, and the data dictionary."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.clock import Clock
from app.db import Database
from app.errors import BadInputError
from app.exports import sampling, store
from app.exports.datasets import DATASETS, Dataset
from app.exports.drawing import drawn_from
from app.exports.export import Export
from app.exports.formats import FORMATS
from app.exports.method import Rules, note, together
from app.exports.model import (
    Column,
    Drawn,
    Manifest,
    SampleWish,
    Table,
    UnknownExportError,
    UnknownTableError,
    Wish,
)
from app.exports.reading import PATIENCE, SPAN_ROWS, Rows
from app.exports.statements import STRATA, Reading, drawn_columns, parameters
from app.version import VERSION

# Channels in a chunk of a sample: each is one row, but may have 20,000 videos.
_CHUNKS = {"channels": 200, "videos": 50}


class Exports:
    """Files, what became of them, and what their columns mean."""

    def __init__(self, db: Database, clock: Clock, rules: Rules, *, span_rows: int = SPAN_ROWS) -> None:
        self._db = db
        self._clock = clock
        self._rules = rules
        self._span_rows = span_rows
        self._tables: Mapping[str, Table] = {}

    def dictionary(self) -> Mapping[str, Table]:
        """All tables by name."""
        if not self._tables:  # they change with the schema, and then this process starts anew
            with self._db.begin() as tx:
                self._tables = store.read_tables(tx)
        return self._tables

    def manifest(self, export: UUID) -> Manifest:
        """What became of an export. Raises UnknownExportError."""
        with self._db.begin() as tx:
            found = store.read_export(tx, export)
        if found is None:
            raise UnknownExportError
        return found

    def open(self, wish: Wish) -> Export:
        """Begin an export. Raises BadInputError, UnknownTableError, NoParquetError."""
        dataset = _checked(wish)
        columns = self.dictionary()[wish.what].chosen(wish.columns)
        columns = (*columns, *drawn_columns()) if wish.sample else columns
        writer = FORMATS[wish.format].writer(columns, wish)
        with self._db.begin() as tx:
            moments = store.settled_until(tx, self._clock.sql_now())
        until = _until(wish, moments)
        drawn = self._drawn(wish)
        values = {**parameters(dataset, wish.filters), "since": wish.since, "until": until}
        chunks = list(sampling.chunks(drawn, _CHUNKS[wish.what])) if drawn else [{}]
        rows = Rows(self._db, _readings(dataset, wish), values, chunks, self._span_rows)
        export = Export(writer, rows, _told(wish, columns, drawn, moments, until), self._end)
        with self._db.begin() as tx:
            store.forget_exports(tx, self._clock.sql_now())
            store.begin_export(tx, export.id, wish.what, export.told, moments["now"])
        return export

    def method(self, what: str) -> dict[str, Any]:
        """How the rows of a table came to be. Raises UnknownTableError."""
        if what not in DATASETS:
            raise UnknownTableError
        now = self._clock.now()
        with self._db.begin() as tx:
            parts = [store.population_of(tx, part.table, now) for part in DATASETS[what].parts]
            asked, discovery = store.jobs_by_type(tx), store.yields_by_method(tx)
        return note(what, self.dictionary()[what].meaning, now, together(parts), asked, discovery, self._rules)

    def _drawn(self, wish: Wish) -> Drawn | None:
        if wish.sample is None:
            return None
        filters = wish.filters if wish.what == "channels" else {}
        return drawn_from(self._db, wish.what, wish.sample, parameters(DATASETS["channels"], filters))

    def _end(self, export: UUID, state: str, told: Mapping[str, Any]) -> None:
        def work(tx: Connection) -> None:
            store.end_export(tx, export, state, told, self._clock.sql_now())

        self._db.patiently(work, seconds=PATIENCE if state == "complete" else 0, awaited=False)


def _checked(wish: Wish) -> Dataset:
    if wish.what not in DATASETS:
        raise UnknownTableError
    dataset = DATASETS[wish.what]
    for name in wish.filters:
        if name not in dataset.filters:
            hint = f"its filters: {', '.join(dataset.filters)}"
            raise BadInputError(f"{wish.what} cannot be filtered by {name}", field=name, hint=hint)
    if wish.gzip and not FORMATS[wish.format].is_text:
        raise BadInputError("Parquet is compressed already", field="compress", hint="leave it out")
    if wish.sample is not None:
        _check_sample(wish, wish.sample)
    return dataset


def _check_sample(wish: Wish, sample: SampleWish) -> None:
    if wish.what not in _CHUNKS:
        raise BadInputError(f"{wish.what} cannot be sampled", field="sample", hint=f"{' and '.join(_CHUNKS)} can")
    if wish.since is not None:
        raise BadInputError("a sample is drawn from all there is", field="since", hint="leave `since` or `sample` out")
    for name in sample.strata:
        if name not in STRATA:
            hint = f"choose from: {', '.join(STRATA)}"
            raise BadInputError(f"there are no strata by {name[:40]!r}", field="strata", hint=hint)


def _until(wish: Wish, moments: Mapping[str, Any]) -> datetime:
    settled: datetime = moments["settled"]
    if wish.since is None:
        return settled
    if wish.since > moments["now"]:
        raise BadInputError("`since` lies in the future", field="since", hint="take the `next_since` of a manifest")
    return max(settled, wish.since)


def _readings(dataset: Dataset, wish: Wish) -> Sequence[Reading]:
    is_bound = wish.since is not None
    kind = wish.filters.get("kind", "") if len(dataset.parts) > 1 else ""
    return [
        Reading(dataset, part, dataset.order(part, since=is_bound), is_bound, is_drawn=wish.sample is not None)
        for part in dataset.parts
        if part.table.startswith(kind)
    ]


def _told(
    wish: Wish, columns: Sequence[Column], drawn: Drawn | None, moments: Mapping[str, Any], until: datetime
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "what": wish.what,
        "format": wish.format,
        "compressed": wish.gzip,
        "columns": [column.name for column in columns],
        "filters": dict(wish.filters),
        "formulas": wish.formulas,
        "since": wish.since,
        "next_since": until,
        "schema_version": moments["schema_version"],
        "code_version": VERSION,
    }
    if wish.sample and drawn:
        told["sample"] = sampling.described(wish.sample, drawn)
    return told
