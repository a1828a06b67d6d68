"""Puts statements together from the pieces of sql/queries/exports.sql, and names of our own tables and columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text

from app.catalog.ids import channel_key
from app.db import Queries
from app.exports.datasets import Dataset, Key, Part
from app.exports.model import Column
from app.videos.ids import video_key

Q = Queries("exports")
STRATA = tuple(name.removeprefix("stratum_") for name in Q if name.startswith("stratum_"))
"""What a sample can be stratified by."""
_DRAWN = ("stratum", "inclusion_probability")
_CSV = {
    "text": "csv_text",
    "timestamp with time zone": "csv_time",
    "text[]": "csv_array",
    "boolean": "csv_boolean",
}
_KEYS: Mapping[str, Callable[[str], Any]] = {
    "channel": channel_key,
    "source": channel_key,
    "discovered": channel_key,
    "video": video_key,
}
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of keys: behind one, and up to another or to the end."""

    after: Place
    is_first: bool
    """`after` itself is inside, too."""
    last: Place | None = None

    def values(self) -> dict[str, Any]:
        """As parameters."""
        told = {f"after_{n}": value for n, value in enumerate(self.after)}
        return told | {f"last_{n}": value for n, value in enumerate(self.last or ())}

    @property
    def beyond(self) -> str:
        """How keys compare with `after`."""
        return ">=" if self.is_first else ">"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one part are read."""

    dataset: Dataset
    part: Part
    order: Sequence[Key]
    is_bound: bool
    """Only what changed in a certain time."""
    is_drawn: bool = False

    def start(self) -> Span:
        """Before the first row."""
        return Span(tuple(key.first for key in self.order), is_first=True)

    def span(self, span: Span) -> TextClause:
        """The statement that finds where a span ends."""
        return text(
            Q["span"].text.format(
                key=", ".join(key.table for key in self.order),
                table=self.part.table,
                beyond=span.beyond,
                after=_values("after", self.order),
                bound=self._bound(self.dataset.moment.table),
                narrow=Q[f"{self.part.filters}_narrow"].text,
            )
        )

    def page(self, span: Span, columns: str) -> str:
        """The statement that reads a span, with these columns."""
        return Q["page"].text.format(
            columns=columns,
            source=Q["drawn"].text.format(view=self.dataset.view) if self.is_drawn else self.dataset.view,
            key=", ".join(key.view for key in self.order),
            beyond=span.beyond,
            after=_values("after", self.order),
            upper=self._upper(span),
            bound=self._bound(self.dataset.moment.view),
            filter=Q[f"{self.part.filters}_filter"].text,
        )

    def sampling(self, name: str, span: Span, strata: Sequence[str], eligible: str) -> TextClause:
        """A statement about the channels of a span that a sample is drawn from."""
        return text(
            Q[name].text.format(
                stratum=stratum(strata),
                source=self.dataset.view,
                key=", ".join(key.view for key in self.order),
                beyond=span.beyond,
                after=_values("after", self.order),
                upper=self._upper(span),
                filter=Q[f"{self.part.filters}_filter"].text,
                eligible=Q[eligible].text,
            )
        )

    def _bound(self, moment: str) -> str:
        return f"{moment} >= :since and {moment} < :until" if self.is_bound else "true"

    def _upper(self, span: Span) -> str:
        if span.last is None:
            return "true"
        return f"({', '.join(key.view for key in self.order)}) <= ({_values('last', self.order)})"


def plain(columns: Sequence[Column]) -> str:
    """The columns as they are."""
    return ", ".join(f'"{column.name}"' for column in columns)


def written(columns: Sequence[Column], *, safe: bool) -> str:
    """The columns as CSV shows them; `safe` from spreadsheets that take text for formulas."""
    return ", ".join(f'{_cell(column, safe=safe)} as "{column.name}"' for column in columns)


def drawn_columns() -> tuple[Column, ...]:
    """What each row of a sample has besides."""
    texts = (
        ("text", "The stratum that its channel was drawn from", None),
        ("double precision", "How probable it was that the channel would be drawn", "0 to 1"),
    )
    return tuple(
        Column(name, kind, meaning, unit, None, "Tributary")
        for name, (kind, meaning, unit) in zip(_DRAWN, texts, strict=True)
    )


def stratum(names: Sequence[str]) -> str:
    """The name of the stratum that a row belongs to: `language=en;country=`."""
    told = (f"'{name}=' || coalesce({Q[f'stratum_{name}'].text}, '')" for name in names)
    return " || ';' || ".join(told) or "'all'"


def parameters(dataset: Dataset, filters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the filters of a dataset; None for what was not asked for. Raises BadInputError for no id."""
    asked: dict[str, Any] = {
        "keys": None,
        **{parameter: filters.get(name) for name, parameter in dataset.filters.items()},
    }
    for parameter, key in _KEYS.items():
        if (told := asked.get(parameter)) is not None:
            asked[parameter] = key(told)
    return asked


def _values(name: str, order: Sequence[Key]) -> str:
    return ", ".join(f"cast(:{name}_{n} as {key.type})" for n, key in enumerate(order))


def _cell(column: Column, *, safe: bool) -> str:
    quoted = f'"{column.name}"'
    kind = _CSV.get(column.type)
    if kind is None or (kind == "csv_text" and (not safe or column.name.endswith("_id"))):
        return quoted
    return Q[kind].text.format(column=quoted)
