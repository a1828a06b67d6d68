"""What a read method of the API is. One file per method beside this one; the registry lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from emulator.discovery import Method
from emulator.recorded import Recorded
from emulator.resources import Page
from emulator.universe.charts import Charts
from emulator.universe.universe import Universe


@dataclass(frozen=True)
class World:
    """Where methods find what they list: recorded answers first, the universe for the rest."""

    universe: Universe
    recorded: Recorded
    charts: Charts


@dataclass(frozen=True)
class Call:
    """A call whose parameters have passed the checks that are the same for all methods."""

    method: Method
    values: Mapping[str, tuple[str, ...]]
    parts: frozenset[str]
    now: datetime

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a repeated parameter, as given."""
        return self.values.get(name, ())

    def text(self, name: str) -> str:
        """A parameter's value, or its documented default, or nothing."""
        given = self.values.get(name)
        return given[-1] if given else self.method.parameters[name].default or ""


class ReadMethod(Protocol):
    """A method that lists resources."""

    @property
    def name(self) -> str:
        """As in the discovery document: `channels.list`."""

    @property
    def bucket(self) -> str:
        """Whose quota a call takes: `default`, `search` or `videos.batchGetStats`."""

    @property
    def units(self) -> int:
        """What a call costs."""

    def answer(self, call: Call, world: World) -> Page:
        """What is listed. Raises ApiError as the real method would."""
