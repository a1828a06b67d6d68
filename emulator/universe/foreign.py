"""Foreign channels whose videos were listed: the one thing that the universe cannot compute.

A video id has room for 40 bits of its channel. For the ids that people bring along, such as real ones, that is a ghost
of the channel, and which channel it stands for has to be remembered, in this process or in a file.
"""

from pathlib import Path

from emulator.universe.communities import FOREIGN, ghost_of
from emulator.universe.ids import channel_number, is_channel_id


class Foreign:
    """Ghost to channel id; `file`, if there is one, has an id on each line and outlives the process."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[int, str] = {}
        if file:
            file.touch()  # fails here rather than in the middle of an answer
        for line in file.read_text().splitlines() if file else ():
            if is_channel_id(line):  # not so when the machine died while it was written
                self._known[ghost_of(channel_number(line))] = line

    def ghost(self, channel_id: str) -> int:
        """What stands for a channel in its video ids; a foreign one will be known by it."""
        number = channel_number(channel_id)
        ghost = ghost_of(number)
        if number >= FOREIGN and ghost not in self._known:
            self._known[ghost] = channel_id
            if self._file:
                with self._file.open("a") as lines:
                    lines.write(f"{channel_id}\n")
        return ghost

    def channel_id(self, ghost: int) -> str | None:
        """The channel that a ghost stands for, if one of its videos was ever listed."""
        return self._known.get(ghost)
