"""How channels change their faces as time goes on: new titles, descriptions, pictures and handles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from emulator.universe.draws import Draws
from emulator.universe.growth import draw_instant
from emulator.universe.writing import names
from emulator.universe.writing.handles import Handles
from emulator.universe.writing.texts import Text

RENAMED_PER_YEAR, REWRITTEN_PER_YEAR, REPAINTED_PER_YEAR, HIDDEN_PER_YEAR = 0.02, 0.04, 0.03, 0.005
"""Shares of the channels that get, once, another title, description or picture, or hide or show their subscribers."""

_HIDDEN = 0.03
"""Share of the channels that hide their subscribers from the beginning."""

Hidden = Literal["zero", "absent"]
"""How a channel that hides its subscribers shows their number: both forms are seen."""


@dataclass(frozen=True, slots=True)
class Era:
    """The face of a channel from an instant on, until its next era."""

    since: datetime
    text: Text
    picture: str
    handle: str | None
    hidden_subscribers: Hidden | None


def draw_eras(
    luck: Draws, subject: bytes, created: datetime, handles: Handles, write: Callable[[Draws], Text]
) -> tuple[Era, ...]:
    """The eras of a channel in order, most often only one. `write` draws a title and a description."""
    hidden = _draw_hidden(luck) if luck.chance(_HIDDEN) else None
    eras = [Era(created, write(luck), names.picture(subject), handles.first, hidden)]
    changes = sorted(_draw_changes(luck, subject, eras[0], handles, write), key=lambda change: change[0])
    for since, change in changes:
        eras.append(replace(change(eras[-1]), since=since))
    return tuple(eras)


def _draw_changes(
    luck: Draws, subject: bytes, first: Era, handles: Handles, write: Callable[[Draws], Text]
) -> Iterator[tuple[datetime, Callable[[Era], Era]]]:
    if at := draw_instant(luck, RENAMED_PER_YEAR):
        title = write(luck).title
        yield at, lambda era: replace(era, text=Text(title, era.text.description))
    if at := draw_instant(luck, REWRITTEN_PER_YEAR):
        description = write(luck).description
        yield at, lambda era: replace(era, text=Text(era.text.title, description))
    if at := draw_instant(luck, REPAINTED_PER_YEAR):
        yield at, lambda era: replace(era, picture=names.picture(subject + b"again"))
    if at := draw_instant(luck, HIDDEN_PER_YEAR):
        hidden = None if first.hidden_subscribers else _draw_hidden(luck)
        yield at, lambda era: replace(era, hidden_subscribers=hidden)
    if handles.changed:
        yield handles.changed, lambda era: replace(era, handle=handles.later)


def _draw_hidden(luck: Draws) -> Hidden:
    return luck.pick(("zero", "absent"))
