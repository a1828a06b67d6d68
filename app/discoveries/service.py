"""Finding channels: asking for it, and the transactions of the workers that do it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.discoveries import store
from app.discoveries.confidence import Reliability
from app.discoveries.forecast import Forecast
from app.discoveries.learning import read_reliability
from app.discoveries.lists import READER, Files, seen_lists
from app.discoveries.model import HANDLES, Edge, Expanded, Wanted
from app.discoveries.seeds import read_seeds, save_terms
from app.errors import BadInputError
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.types import DISCOVERY
from discovery.contract import DiscoveryMethod, Seed
from discovery.registry import seed_sources

# What one batch brings is learned from before the next ones are chosen.
_BATCH_SIZE = 25
# How long what was learned is believed before it is learned anew.
_LEARNED_FOR = timedelta(seconds=20)


class Discoveries:
    """The graph of related channels, as workers write it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        jobs: Jobs,
        settings: Settings,
        methods: Mapping[str, DiscoveryMethod],
        forecast: Forecast,
        files: Files,
    ) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._min_yield = settings.discovery_min_yield
        self._handle_sources = settings.discovery_handle_sources
        self._methods = methods
        self._roots = set(seed_sources())
        self._readers = {name for name, source in seed_sources().items() if not source.places}
        self._files = files
        self._forecast = forecast
        self._learned: tuple[datetime, Reliability] | None = None

    # -- for people

    def ask(self, wanted: Wanted, **asked: Any) -> Job:
        """A job that expands channels by methods, and confirms and adds what they name. Raises BadInputError."""
        params = self._params(wanted)
        told = self._told(params)
        expected = told["items"] + told["confirmations"]
        return self._jobs.ask(DISCOVERY, params, forecast=told, expected_items=expected, **asked)

    def ask_with(self, *, idempotency_key: str | None, requested_by: str | None, **wanted: Any) -> Job:
        """The same, as schedules ask."""
        return self.ask(Wanted(**wanted), idempotency_key=idempotency_key, requested_by=requested_by)

    def forecast(self, wanted: Wanted) -> dict[str, Any]:
        """What such a job would take, as JSON. Raises BadInputError."""
        return self._told(self._params(wanted))

    def _told(self, params: Mapping[str, Any]) -> dict[str, Any]:
        with self._db.begin() as tx:
            return self._forecast.of(tx, params, self._clock.now())

    def _params(self, wanted: Wanted) -> dict[str, Any]:
        self._chosen(tuple(wanted.method_units), "method_units")
        budget = {} if wanted.max_units is None else {"max_units": wanted.max_units}
        return {
            "batch_size": wanted.batch_size or _BATCH_SIZE,
            "total_limit": wanted.total_limit,
            "methods": self._chosen_with_lists(wanted),
            "min_confidence": wanted.min_confidence,
            "min_yield": self._min_yield if wanted.min_yield is None else wanted.min_yield,
            "depth": wanted.depth,
            "handle_sources": self._handle_sources,
            "method_units": dict(wanted.method_units),
            "depth_units": {str(int(depth)): units for depth, units in wanted.depth_units.items()},
            "lists": seen_lists(self._files, wanted.lists),
            **budget,
        }

    def _chosen_with_lists(self, wanted: Wanted) -> list[str]:
        chosen = self._chosen(wanted.methods, "methods")
        reading = self._readers.intersection(chosen)
        if reading and not wanted.lists:
            hint = 'name a file of the import folder: {"lists": {"museums": "museums.txt"}}'
            raise BadInputError(f"{min(reading)!r} reads lists, and none is named", field="lists", hint=hint)
        return sorted({*chosen, READER}) if wanted.lists and not reading else chosen

    def _chosen(self, names: Sequence[str], field: str) -> list[str]:
        known = {*self._methods, HANDLES, *self._roots}
        if unknown := [name for name in names if name not in known]:
            hint = f"one of: {', '.join(sorted(known))}"
            raise BadInputError(f"{unknown[0]!r} is no discovery method", field=field, hint=hint)
        return sorted(set(names) or {*self._methods, HANDLES})

    # -- for the transactions of workers

    def claim_seeds(self, job_id: UUID, method: str, interval: timedelta, keys: Sequence[UUID]) -> set[UUID]:
        """Those of the channels (or places) that the job may expand; a retry takes them up here."""
        with self._db.begin() as tx:
            held = store.held_seeds(tx, job_id, method, keys)
            if free := [key for key in keys if key not in held]:
                held |= store.claim_seeds(tx, job_id, method, free, self._clock.now() - interval)
        return held

    def give_back(self, tx: Connection, job_id: UUID, method: str, keys: Sequence[UUID]) -> None:
        """Let go of channels that are not expanded after all."""
        store.give_back(tx, job_id, method, keys)

    def seeds(self, items: Sequence[str], needs: Collection[str]) -> dict[str, Seed]:
        """The channels that are in the catalogue, with as much as a method needs."""
        keys = [channel_key(item) for item in items]
        if "alike" in needs:
            with self._db.begin() as tx:
                save_terms(tx, keys, self._clock.sql_now())
        with self._db.begin() as tx:
            return read_seeds(tx, keys, needs)

    def answers(self, method: str, keys: Sequence[UUID]) -> dict[UUID, list[tuple[Any, int]]]:
        """What was answered, and paid, about channels whose expansion was left in the middle."""
        with self._db.begin() as tx:
            return store.read_answers(tx, method, keys, self._clock.sql_now())

    def save_answers(self, tx: Connection, method: str, answers: Iterable[tuple[UUID, int, Any, int]]) -> None:
        """Keep answers in the middle of an expansion: channel, step, JSON and units."""
        store.save_answers(tx, method, answers, self._clock.sql_now())

    def save(self, tx: Connection, job_id: UUID, method: DiscoveryMethod, done: Sequence[Expanded]) -> None:
        """Write what channels named, and that they are expanded."""
        if not done:
            return
        edges, now = [edge for one in done for edge in one.edges], self._clock.sql_now()
        new = self._save_edges(tx, method.name, method.service, edges)
        if mentions := [mention for one in done for mention in one.mentions]:
            store.save_mentions(tx, method.name, mentions, now)
        store.save_expansions(tx, job_id, method.name, done, new, now)

    def claim_handles(self, job_id: UUID, handles: Sequence[str]) -> tuple[set[str], dict[str, UUID]]:
        """Those of the handles that the job may ask for, and the channels of those that the catalogue knows."""
        with self._db.begin() as tx:
            held = store.reclaim_handles(tx, job_id, handles)
            return held, store.channels_with_handles(tx, sorted(held))

    def give_back_handles(self, tx: Connection, job_id: UUID, handles: Sequence[str]) -> None:
        """Let go of handles that are not asked for after all."""
        store.give_back_handles(tx, job_id, handles)

    def save_handles(self, tx: Connection, job_id: UUID, told: Mapping[str, UUID | None], units: int) -> None:
        """Write which channels handles are (None: none), and the edges of those who named them."""
        new = 0
        for method, mentions in store.read_mentions(tx, sorted(told)).items():
            service = self._methods[method].service if method in self._methods else method
            named = [(one, told[one.handle]) for one in mentions]
            edges = [Edge(one.source, key, one.evidence) for one, key in named if key and key != one.source]
            new += sum(self._save_edges(tx, method, service, edges).values())
        store.forget_mentions(tx, sorted(told))
        counts = {"expansions": len(told), "units": units, "found": sum(key is not None for key in told.values())}
        store.add_yield(tx, job_id, HANDLES, {**counts, "new": new}, self._clock.sql_now())

    def save_place(self, tx: Connection, job_id: UUID, source: str, place: str, expanded: Expanded) -> None:
        """Write what a place names: its edges come from nobody, and the place stands where others have the service."""
        new: dict[UUID | None, int] = {
            expanded.channel: sum(self._save_edges(tx, source, place, expanded.edges).values())
        }
        store.save_expansions(tx, job_id, source, [expanded], new, self._clock.sql_now())

    def _save_edges(self, tx: Connection, method: str, service: str, edges: Sequence[Edge]) -> dict[UUID | None, int]:
        if not edges:
            return {}
        reliability = self._reliability(tx).of(method)
        return store.save_edges(tx, method, service, edges, reliability, self._clock.sql_now())

    def _reliability(self, tx: Connection) -> Reliability:
        moment = self._clock.now()
        if self._learned is None or not timedelta() <= moment - self._learned[0] < _LEARNED_FOR:
            self._learned = moment, read_reliability(tx)
        return self._learned[1]

    def claim_candidates(self, job_id: UUID, items: Sequence[str]) -> set[str]:
        """Those of the channels that the job may confirm; a retry takes them up here."""
        with self._db.begin() as tx:
            held = store.reclaim_candidates(tx, job_id, [channel_key(item) for item in items])
        return {channel_id_of(key) for key in held}

    def give_back_candidates(self, tx: Connection, job_id: UUID, items: Sequence[str]) -> None:
        """Let go of channels that are not confirmed after all."""
        store.give_back_candidates(tx, job_id, [channel_key(item) for item in items])

    def confirm(self, tx: Connection, job_id: UUID, known: Sequence[UUID], absent: Sequence[UUID]) -> None:
        """Add the channels that YouTube knows, and drop those that it does not."""
        store.add_confirmed(tx, job_id, known, self._clock.sql_now())
        store.drop_candidates(tx, job_id, absent, self._clock.sql_now())
