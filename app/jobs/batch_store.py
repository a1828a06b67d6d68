"""The SQL of batches: cutting them, claiming them, counting what they did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries
from app.jobs.model import Batch, LeftOver, LostLeaseError, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import DEFAULT_QUEUE, JOB_TYPES

Q = Queries("jobs")


def add_batch(tx: Connection, job_id: UUID, lane: int | None, batch: NewBatch) -> int:
    """Insert a batch; its id."""
    first_key, last_key = batch.span or (None, None)
    row = {"job_id": job_id, "lane": lane if batch.span else None, "first_key": first_key, "last_key": last_key}
    return int(
        tx.execute(
            Q["add_batch"], {**row, "spec": json.dumps(batch.spec), "total_items": batch.total_items}
        ).scalar_one()
    )


def taken_spans(tx: Connection, lane: int, after: UUID | None) -> list[tuple[UUID, UUID]]:
    """The spans that unfinished batches of a lane hold beyond `after`; other cutters wait for this transaction."""
    tx.execute(Q["one_cutter_of_a_lane"], {"lane": lane})
    return held_spans(tx, lane, after)


def held_spans(tx: Connection, lane: int, after: UUID | None = None) -> list[tuple[UUID, UUID]]:
    """Likewise as they are now, for those who take none themselves."""
    return [(row.first_key, row.last_key) for row in tx.execute(Q["taken_spans"], {"lane": lane, "after": after})]


def held_items(tx: Connection, job_type: str, stage: str | None = None) -> set[str]:
    """What unfinished batches of a job type, or of a stage of it, will fetch; other cutters wait for this transaction.

    The row of the job must be locked before, as it is by everybody who cuts.
    """
    tx.execute(Q["one_cutter_of_a_stage"], {"stage": f"{job_type} {stage}"})
    return set(tx.execute(Q["held_items"], {"job_type": job_type, "stage": stage}).scalars())


def claim(tx: Connection, batch_id: int, *, worker: str, lease: float, now: datetime | None) -> Batch | None:
    """Claim a batch; None when it is not to be had."""
    row = (
        tx.execute(Q["claim"], {"batch_id": batch_id, "worker": worker, "lease": lease, "now": now}).mappings().first()
    )
    return Batch(**{**row, "settled": frozenset(row["settled"])}) if row else None


def whose_turn(tx: Connection, batch_id: int, now: datetime | None) -> int | None:
    """The batch that a message which names `batch_id` is a turn for; None when nothing in its queue is to be had."""
    queues = json.dumps({job_type.name: job_type.queue for job_type in JOB_TYPES.values()})
    where = {"batch_id": batch_id, "queues": queues, "default_queue": DEFAULT_QUEUE, "now": now}
    found: int | None = tx.execute(Q["whose_turn"], where).scalar()
    return found


def renew_lease(tx: Connection, batch: Batch, lease: float) -> str | None:
    """Prolong the lease; the wish to stop, if there is one. Raises LostLeaseError."""
    row = tx.execute(Q["renew_lease"], {**_fence(batch), "lease": lease}).first()
    if row is None:
        raise LostLeaseError
    return str(row.stop_request) if row.stop_request else None


def show_fence(tx: Connection, batch: Batch) -> frozenset[int]:
    """Lock the batch for this transaction; the calls that are settled already. Raises LostLeaseError."""
    row = tx.execute(Q["show_fence"], _fence(batch)).first()
    if row is None:
        raise LostLeaseError
    return frozenset(row.settled)


def settle_calls(tx: Connection, batch: Batch, calls: Sequence[int], part: Slice, lease: float) -> None:
    """Count a slice in its batch; its calls are settled from now on."""
    spec = part.spec and json.dumps(part.spec)
    row = {**_counts(part), **_fence(batch), "calls": list(calls), "lease": lease, "spec": spec}
    tx.execute(Q["settle_calls"], row)


def count_slice(tx: Connection, batch: Batch, part: Slice, now: datetime | None) -> None:
    """Count a slice in its job, and keep what is to be said about its items."""
    if part.remarks:
        remarks = json.dumps([asdict(remark) for remark in part.remarks])
        tx.execute(Q["add_remarks"], {"job_id": batch.job_id, "batch_id": batch.id, "remarks": remarks, "now": now})
    counted = {**_counts(part), "job_id": batch.job_id, "expected_items": part.expected_items, "now": now}
    counted |= {"batch_id": batch.id, "channels": part.channels, "videos": part.videos}
    tx.execute(Q["count_slice"], counted)


def spend_only(tx: Connection, batch: Batch, units: int) -> None:
    """Count units that settled nothing."""
    tx.execute(Q["spend_only"], {**_fence(batch), "units": units})


def count_unsettled(tx: Connection, batch: Batch, units: int) -> None:
    """Count such units among those of all jobs of the type: last in its transaction, like all that they share."""
    tx.execute(Q["count_unsettled"], {"batch_id": batch.id, "job_type": batch.job_type, "units": units})


def finish_batch(tx: Connection, batch: Batch, now: datetime | None) -> bool:
    """Mark a batch as done; False when it is not complete or the lease is lost."""
    return tx.execute(Q["finish_batch"], {**_fence(batch), "now": now}).first() is not None


def release_batch(
    tx: Connection,
    batch: Batch,
    *,
    why: str | None,
    refund: bool,
    seconds: float = 0,
    not_before: datetime | None = None,
    waits_for_quota: bool = False,
    crashed: bool = False,
    now: datetime | None,
) -> bool:
    """Hand a batch back to be claimed at `not_before`, or after `seconds`; False when the lease is lost."""
    row = {**_fence(batch), "why": why, "refund": int(refund), "seconds": seconds, "not_before": not_before}
    row |= {"waits_for_quota": waits_for_quota, "crashed": int(crashed), "now": now}
    return tx.execute(Q["release_batch"], row).first() is not None


def progress_of_batches(tx: Connection, job_id: UUID, now: datetime | None) -> tuple[int, int, int]:
    """How many batches of a job run, are ready, and (of those) wait for quota."""
    row = tx.execute(Q["progress_of_batches"], {"job_id": job_id, "now": now}).one()
    return row.running, row.ready, row.waiting


def left_by_method(tx: Connection, job_id: UUID, stages: Sequence[str]) -> dict[str, int]:
    """How many items the unfinished batches of some stages have left, by the `method` of their specs."""
    found = tx.execute(Q["left_by_method"], {"job_id": job_id, "stages": list(stages)})
    return {row.method: int(row.items) for row in found}


def why_it_waits(tx: Connection, job_id: UUID) -> tuple[str, datetime]:
    """The reason and the end of the shortest wait for quota among a job's batches."""
    row = tx.execute(Q["why_it_waits"], {"job_id": job_id}).one()
    return row.why, row.not_before


def read_notice(tx: Connection, job_id: UUID, now: datetime | None) -> tuple[str, datetime] | None:
    """Why no batch of a job runs although it does not wait for quota, and when one is tried again."""
    row = tx.execute(Q["read_notice"], {"job_id": job_id, "now": now}).first()
    return (row.why, row.not_before) if row else None


def cancel_batches(tx: Connection, job_id: UUID, now: datetime | None) -> None:
    """End all unfinished batches of a job."""
    tx.execute(Q["cancel_batches"], {"job_id": job_id, "now": now})


def wake_batches(tx: Connection, job_id: UUID) -> None:
    """Make the batches that wait for quota claimable at once."""
    tx.execute(Q["wake_batches"], {"job_id": job_id})


def free_expired(tx: Connection) -> dict[int, str]:
    """Take back the batches whose lease ran out; the job type of each."""
    return {row.id: row.job_type for row in tx.execute(Q["free_expired"])}


def list_worn_out(tx: Connection, attempts: int, batch_id: int | None = None) -> list[Mapping[str, Any]]:
    """Batches (or one) tried `attempts` times, locked: what is left of each, and why it was lost."""
    where = {"attempts": attempts, "batch_id": batch_id}
    return [dict(row) for row in tx.execute(Q["worn_out"], where).mappings()]


def replace_batch(tx: Connection, batch_id: int, why: str, now: datetime | None) -> None:
    """End a batch with what it had settled; others carry the rest."""
    tx.execute(Q["replace_batch"], {"batch_id": batch_id, "why": why, "now": now})


def fail_rest(tx: Connection, row: Mapping[str, Any], remarks: Sequence[Remark], now: datetime | None) -> None:
    """End a worn-out batch: each item that is left has failed, in the batch and in the job."""
    batch = Batch(row["id"], row["job_id"], row["job_type"], row["params"], {}, frozenset(), 0, 0, 0)
    tx.execute(Q["fail_rest"], {"batch_id": batch.id, "left_over": row["left_over"], "why": row["why"], "now": now})
    part = Slice(remarks=list(remarks), given_up=row["left_over"])
    part.outcomes[Outcome.FAILED] = row["left_over"]
    count_slice(tx, batch, part, now)


def list_left_over(tx: Connection, job_id: UUID, *, after: int, limit: int) -> list[LeftOver]:
    """The batches of a job that were cancelled or given up, in the order in which they were cut."""
    where = {"job_id": job_id, "after": after, "limit": limit}
    return [LeftOver(**row) for row in tx.execute(Q["list_left_over"], where).mappings()]


def list_due(
    tx: Connection, *, patience: float, long_patience: float, now: datetime | None
) -> list[tuple[int, str, bool, bool]]:
    """Batches that could run now: id, job type, not knocked for lately, not knocked for in a long time."""
    where = {"patience": patience, "long_patience": long_patience, "now": now}
    return [(row.id, row.job_type, row.unheard, row.lost) for row in tx.execute(Q["due_batches"], where)]


def mark_knocked(tx: Connection, batch_ids: Sequence[int]) -> None:
    """Note that messages about these batches are about to leave."""
    tx.execute(Q["mark_knocked"], {"batch_ids": list(batch_ids)})


def take_unheard(tx: Connection, job_id: UUID, now: datetime | None) -> list[int]:
    """The claimable batches of a job that nobody has knocked for yet; they count as knocked for from now on."""
    return sorted(row.id for row in tx.execute(Q["take_unheard"], {"job_id": job_id, "now": now}))


def _fence(batch: Batch) -> dict[str, int]:
    return {"batch_id": batch.id, "fence": batch.fence}


def _counts(part: Slice) -> dict[str, int]:
    counts = {outcome.value: part.outcomes[outcome] for outcome in Outcome}
    return {**counts, "units": part.units, "entered": part.entered, "given_up": part.given_up}
