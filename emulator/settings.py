"""What an emulator is started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

DEFAULT_QUOTAS: Mapping[str, int] = {"default": 10_000, "search": 100, "videos.batchGetStats": 10_000}
"""Units per project, bucket and Pacific day that Google grants to a new project."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that decides what an emulator answers, besides what control changes later."""

    seed: int = 1
    """Another seed is another universe."""
    quotas: Mapping[str, int] = field(default_factory=lambda: DEFAULT_QUOTAS)
    """Bucket to units a day; buckets which are not named keep their default."""
    latency_ms: float = 0.0
    speed: float = 1.0
    """The emulator's seconds in one of real time; at 0 its clock stands still."""
    missing_share: float = 0.04
    """Share of the well-formed channel ids that do not exist, from 0 to 1."""
    recorded: Path | None = None
    """Folder of recorded API responses; what they contain is served instead of invented."""
    memory: Path | None = None
    """File that remembers the foreign channels whose videos were listed, which is all that cannot be computed."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """API key to the name of its project; a key that is not named is a project of its own."""
    remembered: int = 8192
    """Channels, and videos, that stay in memory once they were worked out; the answers are the same."""
    clock_file: Path | None = None
    """File with the seconds that the clock runs ahead, read anew for each request."""
    log_size: int = 1000
    """How many of the last requests are remembered."""


class SettingsChanges(TypedDict, total=False):
    """The settings as keyword arguments; kept equal to `Settings` by a test."""

    seed: int
    quotas: Mapping[str, int]
    latency_ms: float
    speed: float
    missing_share: float
    recorded: Path | None
    memory: Path | None
    keys: Mapping[str, str]
    remembered: int
    clock_file: Path | None
    log_size: int
