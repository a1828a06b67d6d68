"""What a discovery job does next: confirm what was found, expand what promises most, or end and say why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of
from app.discoveries import store
from app.discoveries.budget import Budget
from app.discoveries.frontier import SIZES, Arm
from app.discoveries.learning import read_frontier, score_edges
from app.discoveries.lists import parts_of
from app.discoveries.model import HANDLES, place_key
from app.jobs import batch_store
from app.jobs.model import Cut, Job, NewBatch
from app.words import count
from app.youtube.costs import MAX_IDS
from discovery.contract import DiscoveryMethod, SeedSource

# Ten calls: answers come in parallel, and a batch that dies loses little.
_CONFIRMED_AT_ONCE = 10 * MAX_IDS
_FIRST_BATCHES = 2
# Pages of channels that one cut looks through for those that are free.
_MOST_PAGES = 10
# Beyond it nobody counts who waits for a confirmation.
_MOST_WAITING = 50_000


@dataclass(slots=True)
class Place:
    """Where a job stands among the channels: how far each arm has walked, and which are through with them."""

    cuts: int = 0
    expanded: int = 0
    """Expansions that were cut."""
    after: dict[str, str] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    """How many channels the job had confirmed when an arm began to walk: later ones may lie behind it."""
    through: dict[str, int] = field(default_factory=dict)
    """Arms without any channel left, and how many channels the job had confirmed when they began."""
    closed: dict[str, str] = field(default_factory=dict)
    """Buckets without a unit left, and until when."""
    spent: str | None = None
    """The job whose budget did not reach for a call: not a retry, which has a budget of its own."""
    ended: str | None = None
    """Why nothing more is expanded."""

    @classmethod
    def of(cls, job: Job) -> "Place":
        """Where the last cut left it."""
        return cls(**{name: job.cursor[name] for name in cls.__dataclass_fields__ if name in job.cursor})

    def cursor(self) -> dict[str, Any]:
        """What the job keeps of it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Cutting:
    """One cut of a job."""

    def __init__(
        self, tx: Connection, job: Job, methods: Mapping[str, DiscoveryMethod], roots: Mapping[str, SeedSource]
    ) -> None:
        self._tx = tx
        self._job = job
        self._methods = {name: methods[name] for name in job.params["methods"] if name in methods}
        self._roots = {name: roots[name] for name in job.params["methods"] if name in roots}
        self._place = Place.of(job)
        self._moment = job.started_at or job.created_at
        self._depth: int = job.params["depth"]
        self._size: int = job.params["batch_size"]

    def cut(self, room: int) -> Cut:
        """Up to `room` batches; the last ones when nothing is under way that might bring more."""
        store.free_claims(self._tx)
        running, ready, _ = batch_store.progress_of_batches(self._tx, self._job.id, self._job.updated_at)
        self._no_handles = False
        self._frontier = read_frontier(self._tx, self._methods, self._job.updated_at)
        self._budget = self._read_budget()
        batches = self._confirmations(room, self._budget.waiting // MAX_IDS * MAX_IDS)
        batches += self._expansions(room - len(batches))
        idle = not batches and running + ready == 0 and self._place.ended is not None
        if idle:  # nobody else will come: the last call need not be full
            batches = self._confirmations(room, self._budget.waiting)
        self._place.cuts += 1
        if idle and not batches:
            self._end()
        return Cut(batches, self._place.cursor(), last=idle and not batches, expected_items=self._expected(batches))

    def _expected(self, batches: Sequence[NewBatch]) -> int:
        """What was foreseen, until it is known better: there may be more, and once expanding has ended, no more."""
        entered = self._job.total_items + sum(batch.total_items for batch in batches)
        sure = entered + int(min(self._budget.waiting, self._budget.confirmations()))
        return sure if self._place.ended is not None else max(sure, self._job.expected_items or 0)

    def _end(self) -> None:
        score_edges(self._tx, self._moment)
        least, left = self._job.params["min_confidence"], self._budget.waiting
        unsure = store.count_candidates(self._tx, 0.0, _MOST_WAITING) - left if least else 0
        told = [
            f"{count(left, 'found channel')} left for another job to confirm" if left else None,
            f"{count(unsure, 'found channel')} below min_confidence {least:g}, kept as evidence" if unsure else None,
        ]
        self._place.ended = "; ".join(filter(None, [self._place.ended, *told]))

    def _read_budget(self) -> Budget:
        names = [name for name in self._job.params["methods"] if name in {*self._methods, *self._roots, HANDLES}]
        spent, self._confirmed = store.read_progress(self._tx, self._job.id)
        at_depth, held_at_depth = store.read_depths(self._tx, self._job.id)
        costs = {name: self._frontier.cost(name) for name in names}
        return Budget(
            self._job,
            units={name: self._frontier.units(name) for name in names},
            costs=costs,
            prices=costs | {name: method.units_per_seed for name, method in self._methods.items()},
            spent=spent,
            held=batch_store.left_by_method(self._tx, self._job.id, ["expand", "handles", "roots"]),
            waiting=store.count_candidates(self._tx, self._job.params["min_confidence"], _MOST_WAITING),
            asked=sum(batch_store.left_by_method(self._tx, self._job.id, ["confirm"]).values()),
            spent_at_depth=at_depth,
            held_at_depth=held_at_depth,
            is_spent=self._place.spent == str(self._job.id),
            brought=[name for name, source in self._roots.items() if not source.places],
        )

    # -- expanding

    def _expansions(self, room: int) -> list[NewBatch]:
        chance = Random(f"{self._job.id}:{self._place.cuts}")  # noqa: S311 - the same again for the same job
        batches: list[NewBatch] = []
        self._place.ended = None
        pages = _MOST_PAGES if room > 0 else 0
        while pages:
            arms = [] if (why := self._why_no_more()) else self._open_arms()
            order = self._frontier.order(arms, self._job.params["min_yield"], chance)
            if not order:
                self._place.ended = why or self._why_none_is_worth_it(arms)
                break
            if len(batches) == room or not self._may_begin():
                break
            if batch := self._batch(order[0]):
                batches.append(batch)
            else:  # an arm that is through costs nothing more
                pages -= not self._is_through(f"{order[0].method} {order[0].size}")
        return batches

    def _why_no_more(self) -> str | None:
        """What ends expanding whatever it would bring."""
        limit, budget = self._job.params["total_limit"], self._job.max_units
        if limit is not None and self._place.expanded >= limit:
            return f"total_limit is reached: {limit:,} expansions"
        if budget is not None and self._budget.covers_nothing(self._not_read_through()):
            needed = "" if self._budget.is_spent else ", or needed to confirm what was found"
            return f"the budget of {count(budget, 'unit')} is spent{needed}"
        return None

    def _not_read_through(self) -> list[str]:
        through = {name for name in self._budget.brought if f"{name} -1" in self._place.through}
        return [name for name in self._budget.costs if name not in through]

    def _why_none_is_worth_it(self, arms: list[Arm]) -> str:
        if best := self._frontier.best(arms):
            arm, expected = best
            least = self._job.params["min_yield"]
            return (
                f"the best that is left ({arm.method}) is expected to bring {expected:.2f} new channels a unit, "
                f"less than min_yield {least:g}"
            )
        spent = [f"the units of {name} are spent" for name in self._budget.costs if self._budget.is_spent_by(name)]
        deep = {depth for name in self._methods for depth in self._budget.closed_depths(name) if depth < self._depth}
        spent += [f"the units of depth {depth} are spent" for depth in sorted(deep)]
        closed = [f"the {bucket!r} quota is spent until {until}" for bucket, until in self._place.closed.items()]
        told = f"no channel is left that was not expanded lately, fewer than {self._depth} steps from those you brought"
        return "; ".join([told, *spent, *closed])

    def _open_arms(self) -> list[Arm]:
        handles = HANDLES in self._job.params["methods"] and self._room_left(HANDLES) > 0 and not self._no_handles
        others = [Arm(HANDLES, -1)] * handles + [
            Arm(name, -1)
            for name, source in self._roots.items()
            if self._has_quota(source.bucket) and self._room_left(name) > 0 and f"{name} -1" not in self._place.through
        ]
        return others + [
            Arm(name, size)
            for name, method in self._methods.items()
            if self._has_quota(method.bucket) and self._room_left(name) > 0
            for size in SIZES
            if not self._is_through(f"{name} {size}")
        ]

    def _has_quota(self, bucket: str | None) -> bool:
        until = self._place.closed.get(bucket or "")
        return until is None or datetime.fromisoformat(until) <= self._job.updated_at

    def _is_through(self, arm: str) -> bool:
        """Whether it has no channel left: it looks again when others were confirmed that it may expand."""
        return arm in self._place.through and (self._depth == 1 or self._place.through[arm] == self._confirmed)

    def _may_begin(self) -> bool:
        """Not more is under way than was done before: what comes is to be learned from."""
        held = sum(self._budget.held.values())
        return held < max(_FIRST_BATCHES * self._size, self._place.expanded - held)

    def _batch(self, arm: Arm) -> NewBatch | None:
        """The next channels of an arm, taken for the job; None when none is free where it looked."""
        if arm.method == HANDLES:
            return self._handles()
        if arm.method in self._roots:
            return self._places(self._roots[arm.method])
        name = f"{arm.method} {arm.size}"
        self._place.through.pop(name, None)
        before = self._moment - self._methods[arm.method].interval
        after = UUID(self._place.after[name]) if name in self._place.after else None
        found, last = store.next_seeds(
            self._tx, method=arm.method, size=arm.size, depth=self._depth, after=after, expanded_before=before,
            limit=self._room_left(arm.method), closed=self._budget.closed_depths(arm.method),
        )  # fmt: skip
        if after is None:
            self._place.since[name] = self._confirmed
        if last is None:
            self._place.after.pop(name, None)
            self._place.through[name] = self._place.since.get(name, 0)
        else:
            self._place.after[name] = str(last)
        depths = self._within_depths(arm.method, found)
        taken = store.claim_seeds(self._tx, self._job.id, arm.method, list(depths), before)
        self._budget.begin(arm.method, [depths[key] for key in taken])
        return self._cut_off(arm.method, [channel_id_of(key) for key in sorted(taken)]) if taken else None

    def _within_depths(self, method: str, found: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
        """As many of each depth as its budget bears."""
        room: dict[int, float] = {}
        kept = {}
        for key, depth in found:
            room[depth] = room.get(depth, self._budget.at_depth(depth, method)) - 1
            if room[depth] >= 0:
                kept[key] = depth
        return kept

    def _handles(self) -> NewBatch | None:
        """The handles that most channels name."""
        taken = store.claim_handles(
            self._tx, self._job.id, self._job.params["handle_sources"], self._room_left(HANDLES)
        )
        self._no_handles = not taken
        return self._cut_off(HANDLES, taken) if taken else None

    def _places(self, source: SeedSource) -> NewBatch | None:
        """The next places of a seed source, what is worth most first; of lists one part, because it is large."""
        name = f"{source.name} -1"
        begin, room = int(self._place.after.get(name, 0)), self._room_left(source.name)
        if source.places:
            keys = {place_key(source.name, one): one for one in source.places}
        else:
            keys, room = {part.key(source.name): item for item, part in parts_of(self._job.params).items()}, 1
        places = dict(list(keys.items())[begin : begin + room])
        self._place.after[name] = str(begin + len(places))
        if begin + len(places) >= len(keys):
            self._place.through[name] = self._confirmed
        before = self._moment - source.interval
        taken = store.claim_seeds(self._tx, self._job.id, source.name, list(places), before)
        return self._cut_off(source.name, [places[key] for key in places if key in taken]) if taken else None

    def _room_left(self, method: str) -> int:
        """How many channels the next batch of a method may have."""
        limit: int | None = self._job.params["total_limit"]
        left = inf if limit is None else limit - self._place.expanded
        return int(max(0, min(self._size, left, self._budget.expansions(method))))

    def _cut_off(self, method: str, items: Sequence[str]) -> NewBatch:
        self._place.expanded += len(items)
        self._budget.held[method] = self._budget.held.get(method, 0) + len(items)
        stage = "handles" if method == HANDLES else "roots" if method in self._roots else "expand"
        return NewBatch({"stage": stage, "method": method, "items": list(items)}, len(items))

    # -- confirming

    def _confirmations(self, room: int, count: int) -> list[NewBatch]:
        """Some of those who wait, the surest first, fifty a call."""
        most = int(min(count, room * _CONFIRMED_AT_ONCE, self._budget.confirmations()))
        taken = store.claim_candidates(self._tx, self._job.id, self._job.params["min_confidence"], most) if most else []
        self._budget.waiting, self._budget.asked = self._budget.waiting - len(taken), self._budget.asked + len(taken)
        items = [channel_id_of(key) for key in taken]
        parts = [items[at : at + _CONFIRMED_AT_ONCE] for at in range(0, len(items), _CONFIRMED_AT_ONCE)]
        return [NewBatch({"stage": "confirm", "items": part}, len(part)) for part in parts]
