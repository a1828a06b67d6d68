"""The SQL of edges, of what they point at, and of what was expanded. Writes are set-based, in the order of keys."""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries, copy_rows
from app.discoveries.model import MOST_EVIDENCE, SHOWN_EVIDENCE, Edge, Expanded, Mention

Q = Queries("discoveries")
_EDGES = ("source", "discovered", "evidence", "hash")
_NOBODY = UUID(int=0)
# Rows that are looked at for free ones: a tenth of a second.
_PAGE = 2_000
SAMPLE = 1_000
"""Channels that tell about all."""


# -- what is to be expanded


def free_claims(tx: Connection) -> None:
    """Let go of what ended jobs hold."""
    for name in ("free_expansions", "free_candidates", "free_handles"):
        tx.execute(Q[name])


def next_seeds(
    tx: Connection,
    *,
    method: str,
    size: int,
    depth: int,
    closed: Sequence[int],
    after: UUID | None,
    expanded_before: datetime,
    limit: int,
) -> tuple[list[tuple[UUID, int]], UUID | None]:
    """Up to `limit` channels of one size, each with its depth, that this method has not expanded lately; and the key
    to go on after. Those of the `closed` depths are passed over.

    The key is None when there are no more. A bounded number of channels is looked at: none may be found although
    there are more.
    """
    where = {"method": method, "size": size, "depth": depth, "after": after or _NOBODY, "limit": limit}
    where["closed"] = list(closed)
    row = tx.execute(Q["next_seeds"], {**where, "expanded_before": expanded_before, "most": max(limit, _PAGE)}).one()
    found = list(zip(row.found, row.depths, strict=True))
    if len(found) == limit:
        return found, found[-1][0]
    return found, row.last if row.looked_at == max(limit, _PAGE) else None


def free_share(tx: Connection, *, method: str, depth: int, expanded_before: datetime) -> tuple[int, int]:
    """Of some channels, how many they are and how many this method has not expanded lately."""
    where = {"method": method, "depth": depth, "expanded_before": expanded_before, "most": SAMPLE}
    row = tx.execute(Q["free_share"], where).one()
    return row.looked_at, row.free


def claim_seeds(
    tx: Connection, job_id: UUID, method: str, channels: Sequence[UUID], expanded_before: datetime
) -> set[UUID]:
    """Take channels for a job, to be expanded by one method; those that it has now, others excluded."""
    where = {"job_id": job_id, "method": method, "channels": list(channels), "expanded_before": expanded_before}
    return set(tx.execute(Q["claim_seeds"], where).scalars())


def held_seeds(tx: Connection, job_id: UUID, method: str, channels: Sequence[UUID]) -> set[UUID]:
    """Those of the channels that a job holds to expand them by one method."""
    where = {"job_id": job_id, "method": method, "channels": list(channels)}
    return set(tx.execute(Q["held_seeds"], where).scalars())


def give_back(tx: Connection, job_id: UUID, method: str, channels: Sequence[UUID]) -> None:
    """Let go of channels that a job does not expand after all."""
    tx.execute(Q["give_back"], {"job_id": job_id, "method": method, "channels": list(channels)})


def read_yields(tx: Connection, methods: Collection[str], half_life: timedelta, now: datetime) -> list[dict[str, Any]]:
    """What methods brought by size of channel, newer jobs counting more; see docs/discoveries.md."""
    where = {"methods": list(methods), "half_life": half_life, "now": now}
    return [dict(row) for row in tx.execute(Q["read_yields"], where).mappings()]


def read_progress(tx: Connection, job_id: UUID) -> tuple[dict[str, int], int]:
    """What a job has spent on expanding, by method, and how many channels it has confirmed."""
    rows = tx.execute(Q["read_progress"], {"job_id": job_id}).all()
    return {row.method: int(row.units) for row in rows}, sum(int(row.confirmed) for row in rows)


def read_depths(tx: Connection, job_id: UUID) -> tuple[dict[int, int], dict[int, dict[str, int]]]:
    """What a job has spent on expanding channels of each depth, and by depth and method how many are under way."""
    held: dict[int, dict[str, int]] = {}
    for row in tx.execute(Q["held_depths"], {"job_id": job_id}):
        held.setdefault(row.depth, {})[row.method] = row.held
    return {row.depth: row.units for row in tx.execute(Q["read_depths"], {"job_id": job_id})}, held


# -- what was found


def save_answers(
    tx: Connection, method: str, answers: Iterable[tuple[UUID, int, Any, int]], now: datetime | None
) -> None:
    """Keep what a method was answered in the middle: channel, step, JSON and units."""
    rows = sorted(answers, key=lambda row: (row[0], row[1]))
    columns = {
        "channels": [row[0] for row in rows],
        "steps": [row[1] for row in rows],
        "answers": json.dumps([row[2] for row in rows]),
        "units": [row[3] for row in rows],
    }
    if rows:
        tx.execute(Q["save_answers"], {**columns, "method": method, "now": now})


def read_answers(
    tx: Connection, method: str, channels: Sequence[UUID], now: datetime | None
) -> dict[UUID, list[tuple[Any, int]]]:
    """The answers of expansions that were left in the middle, each with its units, in their order."""
    found: dict[UUID, list[tuple[Any, int]]] = {}
    for row in tx.execute(Q["read_answers"], {"method": method, "channels": list(channels), "now": now}):
        found.setdefault(row.channel, []).append((row.answer, row.units))
    return found


def save_edges(
    tx: Connection, method: str, service: str, edges: Iterable[Edge], reliability: Sequence[float], now: datetime | None
) -> dict[UUID | None, int]:
    """Write edges of one method, each piece of evidence once; how many channels nobody knew, by who named them first.

    `reliability` has one number for each bucket of evidence and hub; see `app.discoveries.confidence`.
    """
    tx.execute(Q["stage_edges"])
    tx.execute(Q["clear_edges"])
    copy_rows(tx, "incoming_edges", _EDGES, map(_edge_row, edges))
    values = {"method": method, "service": service, "now": now, "reliability": list(reliability)}
    new: dict[UUID | None, int] = {}
    for row in tx.execute(Q["save_discovered"], values):
        if row.is_new:
            new[row.found_from] = new.get(row.found_from, 0) + 1
    tx.execute(Q["drop_absent"], values)
    tx.execute(Q["save_edges"], {**values, "most": MOST_EVIDENCE, "shown": SHOWN_EVIDENCE})
    tx.execute(Q["weigh_candidates"], values)
    return new


def save_expansions(
    tx: Connection,
    job_id: UUID,
    method: str,
    done: Sequence[Expanded],
    new: Mapping[UUID | None, int],
    now: datetime | None,
) -> None:
    """Note that channels were expanded, what that brought, and learn from it."""
    rows = sorted(done, key=lambda one: one.channel)
    columns = {
        "channels": [one.channel for one in rows],
        "found": [len(one.found) for one in rows],
        "new": [new.get(one.channel, 0) for one in rows],
        "units": [one.units for one in rows],
    }
    values = {**columns, "job_id": job_id, "method": method, "now": now}
    for name in ("save_expansions", "forget_answers", "mark_processed", "save_yields", "save_depths"):
        tx.execute(Q[name], values)


# -- what is to be confirmed


def count_candidates(tx: Connection, min_confidence: float, most: int) -> int:
    """How many channels wait for a confirmation, counted up to `most`."""
    return int(tx.execute(Q["count_candidates"], {"least": min_confidence, "most": most}).scalar_one())


def claim_candidates(tx: Connection, job_id: UUID, min_confidence: float, limit: int) -> list[UUID]:
    """Take the candidates that are surest for a job."""
    where = {"job_id": job_id, "least": min_confidence, "limit": limit}
    return list(tx.execute(Q["claim_candidates"], where).scalars())


def reclaim_candidates(tx: Connection, job_id: UUID, channels: Sequence[UUID]) -> set[UUID]:
    """Take these candidates, where nobody else has them; those that the job holds now."""
    return set(tx.execute(Q["reclaim_candidates"], {"job_id": job_id, "channels": list(channels)}).scalars())


def give_back_candidates(tx: Connection, job_id: UUID, channels: Sequence[UUID]) -> None:
    """Let go of candidates that a job does not confirm after all."""
    tx.execute(Q["give_back_candidates"], {"job_id": job_id, "channels": list(channels)})


def add_confirmed(tx: Connection, job_id: UUID, channels: Sequence[UUID], now: datetime | None) -> None:
    """Put channels that YouTube knows into the catalogue, and note that they are confirmed."""
    values = {"job_id": job_id, "channels": list(channels), "now": now}
    for name in ("add_channels", "mark_confirmed"):
        tx.execute(Q[name], values)


def drop_candidates(tx: Connection, job_id: UUID, channels: Sequence[UUID], now: datetime | None) -> None:
    """Note that YouTube does not know these channels, or nothing of them; what pointed at them goes."""
    values = {"job_id": job_id, "channels": list(channels), "now": now}
    for name in ("mark_absent", "drop_edges"):
        tx.execute(Q[name], values)


# -- handles


def save_mentions(tx: Connection, method: str, mentions: Sequence[Mention], now: datetime | None) -> None:
    """Write who named which handle."""
    handles = [one.handle for one in mentions]
    columns = {"sources": [one.source for one in mentions], "evidence": [one.evidence for one in mentions]}
    tx.execute(Q["lock_handles"], {"handles": sorted(set(handles))})
    values = {**columns, "handles": handles, "method": method, "most": MOST_EVIDENCE, "now": now}
    tx.execute(Q["save_mentions"], values)
    tx.execute(Q["count_mentions"], {"handles": handles})


def claim_handles(tx: Connection, job_id: UUID, least: int, limit: int) -> list[str]:
    """Take the handles that at least so many channels name for a job, the most frequent first."""
    return list(tx.execute(Q["claim_handles"], {"job_id": job_id, "least": least, "limit": limit}).scalars())


def reclaim_handles(tx: Connection, job_id: UUID, handles: Sequence[str]) -> set[str]:
    """Take these handles, where nobody else has them; those that the job holds now."""
    return set(tx.execute(Q["reclaim_handles"], {"job_id": job_id, "handles": list(handles)}).scalars())


def give_back_handles(tx: Connection, job_id: UUID, handles: Sequence[str]) -> None:
    """Let go of handles that a job does not ask for after all."""
    tx.execute(Q["give_back_handles"], {"job_id": job_id, "handles": list(handles)})


def channels_with_handles(tx: Connection, handles: Sequence[str]) -> dict[str, UUID]:
    """The channels of the catalogue that have these handles."""
    return {row.handle: row.id for row in tx.execute(Q["channels_with_handles"], {"handles": list(handles)})}


def read_mentions(tx: Connection, handles: Sequence[str]) -> dict[str, list[Mention]]:
    """Who named these handles, by method."""
    found: dict[str, list[Mention]] = {}
    for row in tx.execute(Q["read_mentions"], {"handles": list(handles)}):
        found.setdefault(row.method, []).extend(Mention(row.source, row.handle, one) for one in row.evidence)
    return found


def forget_mentions(tx: Connection, handles: Sequence[str]) -> None:
    """Forget handles: it is known which channels they are, or that they are none."""
    tx.execute(Q["forget_mentions"], {"handles": list(handles)})


def add_yield(tx: Connection, job_id: UUID, method: str, counts: Mapping[str, int], now: datetime | None) -> None:
    """Learn from what was not the expansion of a channel: `expansions`, `units`, `found` and `new`."""
    tx.execute(Q["add_yield"], {**counts, "job_id": job_id, "method": method, "now": now})


def _edge_row(edge: Edge) -> tuple[UUID | None, UUID, str, int]:
    # 32 bits tell the few pieces of one edge apart.
    signed = int.from_bytes(zlib.crc32(edge.evidence.encode()).to_bytes(4), signed=True)
    return edge.source, edge.discovered, edge.evidence[:200], signed
