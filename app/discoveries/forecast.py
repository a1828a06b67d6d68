"""What a discovery job would take, if it were not stopped by what it learns: told from a sample and earlier jobs."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import Connection

from app.catalog.service import Catalog
from app.config import Settings
from app.discoveries import store
from app.discoveries.learning import read_frontier
from app.keys.forecast import course_of
from app.keys.service import Keys
from app.youtube.costs import DEFAULT
from app.youtube.forecasts import shown_course, shown_quota
from discovery.contract import DiscoveryMethod

_TOLD = (
    "what earlier expansions cost, with 0.02 units for each channel named, at {:,.1f} calls a second; handles and "
    "channels that are found on the way are not counted; it ends earlier where less than min_yield is expected"
)


class Forecast:
    """What jobs would take."""

    def __init__(
        self, keys: Keys, catalog: Catalog, settings: Settings, methods: Mapping[str, DiscoveryMethod]
    ) -> None:
        self._keys = keys
        self._catalog = catalog
        self._methods = methods
        slowest = 1 / settings.api_rate_limit_delay if settings.api_rate_limit_delay else settings.calls_in_flight
        self._pace = min(float(settings.calls_in_flight), slowest)

    def of(self, tx: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The forecast as JSON, with the fields of docs/jobs.md; `params` are those of the job."""
        items = self._expansions(tx, params, now)
        units = self._units(tx, params, items, now)
        outlook = self._keys.outlook(DEFAULT)
        return {
            "items": sum(items.values()),
            "calls": sum(units.values()),
            "calls_by_method": {},
            "calls_at_least": None,
            "calls_at_most": params.get("max_units"),
            "items_without_calls": sum(count for name, count in items.items() if self._methods[name].bucket is None),
            "units": units,
            "accuracy": "about",
            "skipped": [],
            "quota": {bucket: shown_quota(self._keys.outlook(bucket)) for bucket in units},
            **shown_course(course_of(outlook, units[DEFAULT], pace=self._pace, now=now)),
            "items_per_second": round(self._pace, 1),
            "assumption": _TOLD.format(self._pace),
        }

    def _expansions(self, tx: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, int]:
        """How many channels each method has to expand."""
        known, found = self._catalog.counts().with_metadata, dict[str, int]()
        for name in set(params["methods"]) & self._methods.keys():
            before = now - self._methods[name].interval
            looked_at, free = store.free_share(tx, method=name, depth=params["depth"], expanded_before=before)
            found[name] = free if looked_at < store.SAMPLE else round(free / looked_at * known)
        limit, whole = params["total_limit"], sum(found.values())
        if limit is None or whole <= limit:
            return found
        return {name: count * limit // whole for name, count in found.items()}

    def _units(
        self, tx: Connection, params: Mapping[str, Any], items: Mapping[str, int], now: datetime
    ) -> dict[str, int]:
        frontier, units = read_frontier(tx, self._methods, now), {DEFAULT: 0.0}
        for name, count in items.items():
            bucket, asking = self._methods[name].bucket or DEFAULT, count * frontier.units(name)
            units[bucket] = units.get(bucket, 0.0) + asking
            units[DEFAULT] += count * frontier.cost(name) - asking
        return _within_budget({bucket: self._to_be_had(bucket, one) for bucket, one in units.items()}, params)

    def _to_be_had(self, bucket: str, units: float) -> int:
        """A job waits for the common bucket alone: methods of another one end with what it has today."""
        return ceil(units) if bucket == DEFAULT else min(ceil(units), self._keys.outlook(bucket).units_left)


def _within_budget(units: Mapping[str, int], params: Mapping[str, Any]) -> dict[str, int]:
    """Nobody knows which bucket is asked first: what there is of the budget is told in their proportion."""
    whole = sum(units.values())
    most = min(params.get("max_units") or whole, whole)
    if whole == most:
        return dict(units)
    others = {bucket: one * most // whole for bucket, one in units.items() if bucket != DEFAULT}
    return {DEFAULT: most - sum(others.values()), **others}
