"""The stage without channels to begin from: charts, by place, and lists from outside, part by part."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.discoveries.lists import parts_of
from app.discoveries.model import place_key
from discovery.contract import DiscoveryMethod, Place, SeedSource
from discovery.registry import seed_sources
from workers.discovery.expand import Expand
from workers.discovery.exploring import Begun, Exploring


class Roots(Expand):
    """An item is a place, such as the chart of a country, or a part of a list. Its edges have no source."""

    def _find(self) -> DiscoveryMethod | SeedSource:
        self._root = seed_sources()[self.spec["method"]]
        self._parts = {} if self._root.places else parts_of(self.work.batch.params)
        return self._root

    def _key(self, item: str) -> UUID:
        return self._parts[item].key(self._root.name) if item in self._parts else place_key(self._root.name, item)

    def _begin(self) -> dict[str, Begun]:
        return {item: Begun(self._root.explore(self._place(item)), self._key(item), None) for item in self.left}

    def _place(self, item: str) -> Place:
        part = self._parts.get(item)
        return Place(part.name, part.lines(self.work.wiring.list_files)) if part else Place(item)

    def _save(self, tx: Connection, done: Sequence[Exploring]) -> None:
        for one in done:
            name = self._parts[one.item].name if one.item in self._parts else one.item
            self.discoveries.save_place(tx, self.work.batch.job_id, self._root.name, name, one.expanded)
