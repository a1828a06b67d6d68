"""A graph of related channels, written into the database as discoveries writes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.catalog.ids import channel_id_of
from app.wiring import Wiring

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def key(number: int) -> UUID:
    """The key of the channel with this number; they are in the order of their numbers."""
    return UUID(int=(number + 1) << 96)


def channel_id(number: int) -> str:
    return channel_id_of(key(number))


@dataclass(frozen=True)
class Row:
    """An edge between two numbers; a source of None is a chart or a list from outside."""

    source: int | None
    discovered: int
    method: str = "featured_channels"
    confidence: float = 0.5
    last_seen: datetime = NOON
    service: str = "youtube"
    evidence: Sequence[str] = field(default=("section multipleChannels",))


def add_channels(wiring: Wiring, numbers: Iterable[int], **columns: object) -> None:
    """Put channels into the catalogue, all with these values."""
    names = "".join(f", {name}" for name in columns)
    values = "".join(f", :{name}" for name in columns)
    statement = text(f"insert into channels (id{names}) values (:id{values})")  # noqa: S608 - names of columns
    with wiring.db.begin() as tx:
        tx.execute(statement, [{"id": key(number), **columns} for number in numbers])


def add_edges(wiring: Wiring, rows: Iterable[Row]) -> None:
    values: list[dict[str, Any]] = [
        {
            "source": None if row.source is None else key(row.source),
            "discovered": key(row.discovered),
            "method": row.method,
            "service": row.service,
            "count": len(row.evidence),
            "evidence": list(row.evidence),
            "hashes": list(range(len(row.evidence))),
            "confidence": row.confidence,
            "last_seen": row.last_seen,
        }
        for row in rows
    ]
    with wiring.db.begin() as tx:
        tx.execute(
            text(
                "insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, "
                "service_name, evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen) "
                "values (:source, :discovered, :method, :service, :count, :evidence, :hashes, :confidence, "
                ":last_seen, :last_seen)"
            ),
            values,
        )
