"""What a discovery job would take, if it were not stopped by what it learns: told from a sample and earlier jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import Connection

from app.catalog.service import Catalog
from app.config import Settings
from app.discoveries import store
from app.discoveries.frontier import UNITS_PER_CONFIRMATION, Frontier
from app.discoveries.learning import read_frontier
from app.discoveries.lists import parts_of
from app.keys.forecast import course_of
from app.keys.service import Keys
from app.youtube.costs import DEFAULT
from app.youtube.forecasts import shown_course, shown_quota
from discovery.contract import DiscoveryMethod, SeedSource

_TOLD = (
    "what earlier expansions cost and named, fifty of whom are confirmed for a unit, at {:,.1f} calls a second; "
    "handles and channels found on the way are not counted; it ends earlier where less than min_yield is expected"
)
_CONFIRMING = "channels.list"
# Of a line that holds an id, a link or a title beside it.
_BYTES_OF_A_LINE = 50


@dataclass(slots=True)
class _Share:
    """What one method would do: expansions, the channels that they name, and units without those that confirm."""

    bucket: str | None
    count: float
    named: float
    units: float

    def scaled(self, factor: float) -> "_Share":
        return _Share(self.bucket, self.count * factor, self.named * factor, self.units * factor)


class Forecast:
    """What jobs would take."""

    def __init__(
        self,
        keys: Keys,
        catalog: Catalog,
        settings: Settings,
        methods: Mapping[str, DiscoveryMethod],
        sources: Mapping[str, SeedSource],
    ) -> None:
        self._keys = keys
        self._catalog = catalog
        self._methods = methods
        self._sources = sources
        slowest = 1 / settings.api_rate_limit_delay if settings.api_rate_limit_delay else settings.calls_in_flight
        self._pace = min(float(settings.calls_in_flight), slowest)

    def of(self, tx: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The forecast as JSON, with the fields of docs/jobs.md; `params` are those of the job."""
        shares = self._shares(tx, params, now)
        named = sum(share.named for share in shares.values())
        asked = {name: share.units for name, share in shares.items() if share.units}
        calls = _whole({**asked, _CONFIRMING: named * UNITS_PER_CONFIRMATION})
        units = {DEFAULT: 0}
        for name, count in calls.items():
            bucket = (shares[name].bucket if name in shares else None) or DEFAULT
            units[bucket] = units.get(bucket, 0) + count
        items = {name: round(share.count) for name, share in shares.items()}
        return {
            "items": sum(items.values()),
            "confirmations": round(named),
            "calls": sum(calls.values()),
            "calls_by_method": {name: count for name, count in calls.items() if count},
            "calls_at_least": None,
            "calls_at_most": params.get("max_units"),
            "items_without_calls": sum(count for name, count in items.items() if shares[name].bucket is None),
            "units": units,
            "accuracy": "about",
            "skipped": [],
            "quota": {bucket: shown_quota(self._keys.outlook(bucket)) for bucket in units},
            **shown_course(course_of(self._keys.outlook(DEFAULT), units[DEFAULT], pace=self._pace, now=now)),
            "items_per_second": round(self._pace, 1),
            "assumption": _TOLD.format(self._pace),
        }

    def _shares(self, tx: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, _Share]:
        """What is to be done by each method, cut down to the limit, the searches of the day and the budgets."""
        frontier = read_frontier(tx, self._methods, now)
        shares = {
            **{name: self._of_method(frontier, name, n) for name, n in self._expansions(tx, params, now).items()},
            **self._of_sources(params, frontier),
        }
        whole = sum(share.count for share in shares.values())
        factor = min(1.0, (params["total_limit"] or whole) / whole) if whole else 1.0
        shares = {name: self._to_be_had(name, share.scaled(factor), params) for name, share in shares.items()}
        units = sum(share.units + share.named * UNITS_PER_CONFIRMATION for share in shares.values())
        budget = params.get("max_units")
        if budget is None or units <= budget:
            return shares
        return {name: share.scaled(budget / units) for name, share in shares.items()}

    def _expansions(self, tx: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, int]:
        """How many channels each method has to expand."""
        known, found = self._catalog.counts().with_metadata, dict[str, int]()
        for name in sorted(set(params["methods"]) & self._methods.keys()):
            before = now - self._methods[name].interval
            looked_at, free = store.free_share(tx, method=name, depth=params["depth"], expanded_before=before)
            found[name] = free if looked_at < store.SAMPLE else round(free / looked_at * known)
        return found

    def _of_method(self, frontier: Frontier, name: str, count: int) -> _Share:
        return _Share(self._methods[name].bucket, count, count * frontier.named(name), count * frontier.units(name))

    def _of_sources(self, params: Mapping[str, Any], frontier: Frontier) -> dict[str, _Share]:
        """Charts and lists, as if none of them had been looked at lately."""
        shares = {}
        for name in sorted(set(params["methods"]) & self._sources.keys()):
            source = self._sources[name]
            if source.places:
                count = len(source.places)
                shares[name] = _Share(source.bucket, count, count * frontier.named(name), count * frontier.units(name))
            else:
                size = sum(one["seen"]["size"] for one in params["lists"].values())
                shares[name] = _Share(None, len(parts_of(params)), size / _BYTES_OF_A_LINE, 0)
        return shares

    def _to_be_had(self, name: str, share: _Share, params: Mapping[str, Any]) -> _Share:
        """A job waits for the common bucket alone: methods of another one end with what it has today."""
        most = [params["method_units"].get(name, share.units)]
        if share.bucket not in {None, DEFAULT}:
            most.append(self._keys.outlook(str(share.bucket)).units_left)
        return share.scaled(min(1.0, *(one / share.units for one in most))) if share.units else share


def _whole(parts: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers for each, that together are the sum of all, rounded up."""
    found, so_far, told = {}, 0.0, 0
    for name, part in parts.items():
        so_far += part
        found[name] = max(0, ceil(so_far - 1e-6) - told)
        told += found[name]
    return found
