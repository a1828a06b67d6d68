"""The kinds of jobs that there are: ours, and those that other packages bring by entry point `tributary.kinds`."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from workers.contract import JobKind
from workers.kinds.discovery import Discovery
from workers.kinds.metadata import Metadata
from workers.kinds.migrate import Migrate
from workers.kinds.moves import Moves
from workers.kinds.names import Names
from workers.kinds.playlists import Playlists
from workers.kinds.poll import Poll
from workers.kinds.push import Subscribing
from workers.kinds.refresh import RefreshChannels, RefreshStatistics, RefreshVideos
from workers.kinds.retention import Retention
from workers.kinds.uploads import Uploads
from workers.kinds.videos import Videos


@cache
def kinds() -> Mapping[str, JobKind]:
    """All kinds, by name."""
    outside = [entry.load()() for entry in entry_points(group="tributary.kinds")]
    fetching: tuple[JobKind, ...] = (Metadata(), Videos(), Playlists(), Poll(), Uploads(), Discovery(), Names())
    refreshing: tuple[JobKind, ...] = (RefreshChannels(), RefreshVideos(), RefreshStatistics())
    ours = (Migrate(), *fetching, *refreshing, Moves(), Subscribing(), Retention())
    return {kind.name: kind for kind in (*ours, *outside)}
