"""The stage without channels to begin from: charts, by place."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.discoveries.model import place_key
from discovery.contract import DiscoveryMethod, Place, SeedSource
from discovery.registry import seed_sources
from workers.discovery.expand import Expand
from workers.discovery.exploring import Begun, Exploring


class Roots(Expand):
    """An item is a place, such as the chart of a country. Its edges have no source."""

    def _find(self) -> DiscoveryMethod | SeedSource:
        self._root = seed_sources()[self.spec["method"]]
        return self._root

    def _key(self, item: str) -> UUID:
        return place_key(self._root.name, item)

    def _begin(self) -> dict[str, Begun]:
        return {item: Begun(self._root.explore(Place(item)), self._key(item), None) for item in self.left}

    def _save(self, tx: Connection, done: Sequence[Exploring]) -> None:
        for one in done:
            self.discoveries.save_place(tx, self.work.batch.job_id, self._root.name, one.item, one.expanded)
