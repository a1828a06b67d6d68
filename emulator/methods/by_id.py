"""Resources that are asked for by their ids: recorded ones first, those that do not exist left out without a word."""

from collections.abc import Callable, Iterable

from emulator.methods.contract import Call, World
from emulator.resources import Resource, resource

Finder = Callable[[str, Call, World], Resource | None]


def found_by_id(kind: str, ids: Iterable[str], call: Call, world: World, find: Finder) -> list[Resource]:
    """The resources of a kind that were recorded or that `find` knows."""
    found = [item for wanted in ids if (item := _recorded(kind, wanted, call, world) or find(wanted, call, world))]
    # the service promises no order: whoever relies on the order of the ids asked for shall notice here
    return sorted(found, key=lambda item: str(item["id"])[::-1])


def _recorded(kind: str, wanted: str, call: Call, world: World) -> Resource | None:
    recorded = world.recorded.resource(kind, wanted)
    if recorded is None:
        return None
    return resource(kind, wanted, {name: recorded[name] for name in recorded.keys() & call.parts})
