"""What an export is asked for, and what is known of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.errors import BadInputError, ConflictError, NotFoundError, TributaryError

KEY = "_key"
"""What rows are joined by inside the database has such a name, and is not exported."""


class TooManyFilesError(TributaryError):
    """This process of the API writes as many exports as it can."""

    status = 503
    hint = "try again when one of them is done"


class UnknownExportError(NotFoundError):
    """There is no export with this id; manifests are kept for 30 days."""

    hint = "the id is in the X-Export-Id header of the export"


class UnknownTableError(NotFoundError):
    """There is nothing of this name to export."""

    hint = "GET /api/exports/dictionary lists what there is"


class NoParquetError(ConflictError):
    """Parquet needs pyarrow, which is not installed."""

    hint = "pip install 'tributary[parquet]' where the API runs, or ask for format=csv or format=ndjson"


class ExportBrokenError(TributaryError):
    """The export cannot go on; what was sent of it is not whole."""

    hint = "ask for it again"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the dictionary tells it."""

    name: str
    type: str
    """PostgreSQL's name of the type."""
    meaning: str
    unit: str | None
    null_means: str | None
    """None where it is never NULL."""
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A view, and what it is made of."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    def exported(self) -> tuple[Column, ...]:
        """The columns without those that are of use inside the database only."""
        return tuple(one for one in self.columns if not one.name.endswith(KEY))

    def chosen(self, names: Sequence[str] | None) -> tuple[Column, ...]:
        """These columns in this order, or all. Raises BadInputError for one that is not there, or is named twice."""
        known = {one.name: one for one in self.exported()}
        for name in names or ():
            if name not in known:
                raise BadInputError(
                    f"{self.name} has no column {name[:40]!r}",
                    field="columns",
                    hint=f"choose from: {', '.join(known)}",
                )
        if names is not None and len(set(names)) < len(names):
            raise BadInputError("a column is named twice", field="columns", hint="name each column once")
        return tuple(known.values()) if names is None else tuple(known[name] for name in names)


@dataclass(frozen=True, slots=True)
class SampleWish:
    """A random sample of channels."""

    size: int
    seed: str
    strata: tuple[str, ...] = ()
    allocation: str = "proportional"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an export is asked for."""

    what: str
    format: str
    columns: tuple[str, ...] | None = None
    """None: all of them."""
    filters: Mapping[str, Any] = field(default_factory=dict)
    """As a person names them; those that were not asked for are missing."""
    since: datetime | None = None
    formulas: str = "safe"
    bom: bool = False
    gzip: bool = False
    sample: SampleWish | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What became of an export."""

    id: UUID
    state: str
    """running, complete or broken."""
    told: Mapping[str, Any]
    began_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample: who is in it, with stratum and inclusion probability, in the order of their keys."""

    keys: Sequence[UUID]
    strata: Sequence[str]
    probabilities: Sequence[float]
    table: Sequence[Mapping[str, Any]]
    """Of each stratum: how many there are, and how many were drawn."""
