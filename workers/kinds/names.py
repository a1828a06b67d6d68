"""Names: ask YouTube which channels the handles, user names and links of an import mean, and add those channels."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.imports.waiting import store
from app.imports.waiting.model import BEFORE_ALL, Waiting
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import NAMES
from app.youtube.calls import Answer
from app.youtube.resolving.links import Kind, Named
from app.youtube.resolving.lookups import Lookup, Verdict, lookups, verdicts
from workers.stage import Settled
from workers.work import Work

# Whole calls: fifty videos or playlists share one.
_NAMES_IN_BATCH = 100


class Names:
    """Resolve the names of an import. An item is a name: its channel is new (fetched), known, or there is none."""

    name = NAMES.name
    bucket = NAMES.bucket

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next names that wait, those that share calls together."""
        after = tuple(job.cursor.get("after", BEFORE_ALL))
        found = store.following(tx, UUID(job.params["of"]), after, room * _NAMES_IN_BATCH)
        # Only names of one kind of call share a batch, so that no call is half empty but the last.
        parts = [
            [[one.name.kind.value, one.name.name] for one in part]
            for _, same in groupby(found, key=lambda one: one.place[0])
            for part in _parts(list(same))
        ]
        taken, used = parts[:room], sum(map(len, parts[:room]))
        cursor = {"after": list(found[used - 1].place)} if used else dict(job.cursor)
        last = used == len(found) and len(found) < room * _NAMES_IN_BATCH
        return Cut([NewBatch({"items": part}, len(part)) for part in taken], cursor, last=last)

    def run(self, work: Work) -> None:
        """What is remembered costs nothing; the rest is asked for, and each answer is kept as it comes."""
        left = {name: number for number, name in _left(work.batch.spec, work.batch.settled).items()}
        if known := work.wiring.names.known(list(left)):
            _commit(work, left, known, units=0, fresh=False)
        plan = lookups(name for name in left if name not in known)
        for answers in work.fetch([lookup.request for lookup in plan]):
            told = _told(plan, answers)
            _commit(work, left, told, units=sum(answer.units for answer in answers), fresh=True)

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - what others have found out meanwhile is remembered
        """The names that are left."""
        return _batches([_items(spec, settled)])

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the names that are left; none when it is one."""
        left = _items(spec, settled)
        middle = len(left) // 2
        return _batches([left[:middle], left[middle:]]) if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each name that is left has failed; it still waits, for another such job."""
        return [Remark(Outcome.FAILED, name, why) for _, name in _items(spec, settled)]


def _parts(names: Sequence[Waiting]) -> list[Sequence[Waiting]]:
    return [names[at : at + _NAMES_IN_BATCH] for at in range(0, len(names), _NAMES_IN_BATCH)]


def _commit(work: Work, left: Mapping[Named, int], told: Mapping[Named, Verdict], *, units: int, fresh: bool) -> None:
    numbers = [left[name] for name in told]
    work.commit(numbers, partial(_write, work, told, units, fresh))


def _write(work: Work, told: Mapping[Named, Verdict], units: int, fresh: bool, tx: Connection) -> Slice:  # noqa: FBT001 - bound by partial
    params, part = work.batch.params, Slice(units=units)
    work.wiring.names.settle(tx, UUID(params["of"]), told, fresh=fresh)
    found = [verdict.channel_id for verdict in told.values() if verdict.channel_id]
    rows = ImportRows(ImportRow(channel_key(channel_id)) for channel_id in found)
    new = work.wiring.catalog.save_imports(tx, rows, params["source"]) if found else 0
    part.outcomes[Outcome.FETCHED] = new
    part.outcomes[Outcome.UNCHANGED] = len(found) - new
    for name, verdict in told.items():
        if not verdict.channel_id:
            part.add(Remark(Outcome.NOT_FOUND, _shown(name), verdict.reason or "YouTube knows no such channel"))
    return part


def _told(plan: Sequence[Lookup], answers: Sequence[Answer]) -> dict[Named, Verdict]:
    return {name: one for answer in answers for name, one in verdicts(plan[answer.index], answer.payload).items()}


def _shown(name: Named) -> str:
    return f"@{name.name}" if name.kind is Kind.HANDLE else name.name


def _left(spec: Mapping[str, Any], settled: Settled) -> dict[int, Named]:
    done = set(settled)
    return {at: Named(Kind(kind), name) for at, (kind, name) in enumerate(spec["items"]) if at not in done}


def _items(spec: Mapping[str, Any], settled: Settled) -> list[list[str]]:
    return [[name.kind.value, name.name] for name in _left(spec, settled).values()]


def _batches(parts: Sequence[list[list[str]]]) -> list[NewBatch]:
    return [NewBatch({"items": part}, len(part)) for part in parts if part]
