"""What can be exported: tables, the keys that they are read by, and their filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """A column that rows are read by: what it is in table and view, its type, and a value before all others."""

    table: str
    view: str
    type: str
    first: str


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that lie in one table; `filters` names the two conditions of sql/queries/exports.sql."""

    table: str
    filters: str
    key: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of rows."""

    name: str
    parts: tuple[Part, ...]
    moment: Key
    """When a row last changed; what `since` speaks of."""
    filters: Mapping[str, str]
    """What a person may ask for, and the parameter that it becomes."""
    by_time: bool = False
    """Rows never change: they are read in the order of time, with `since` and without."""

    @property
    def view(self) -> str:
        """What it is read from."""
        return f"analyst.{self.name}"

    def order(self, part: Part, *, since: bool) -> Sequence[Key]:
        """The columns in whose order a part is read."""
        return (self.moment, *part.key) if since or self.by_time else part.key


_NO_KEY = "00000000-0000-0000-0000-000000000000"
_LEAST = "-9223372036854775808"
_CHANNEL = Key("id", "channel_key", "uuid", _NO_KEY)
_OF_CHANNEL = Key("channel", "channel_key", "uuid", _NO_KEY)
_OF_VIDEO = Key("video", "video_key", "bigint", _LEAST)


def _number(table: str, view: str) -> Key:
    return Key(table, view, "bigint", _LEAST)


def _time(table: str, view: str) -> Key:
    return Key(table, view, "timestamptz", "-infinity")


def _field() -> Key:
    return Key("field", "field", "text", "")


def _dataset(
    name: str, *, table: str = "", key: tuple[Key, ...], moment: Key, filters: str, by_time: bool = False
) -> Dataset:
    asked = {one.partition("=")[0]: one.rpartition("=")[2] for one in filters.split()}
    return Dataset(name, (Part(table or name, name, key),), moment, asked, by_time)


DATASETS = {
    one.name: one
    for one in (
        _dataset(
            "channels",
            key=(_CHANNEL,),
            moment=_time("greatest(updated_at, discovery_processed_at)", "updated_at"),
            filters="metadata_fetched availability language country",
        ),
        _dataset(
            "videos",
            key=(_number("id", "video_key"),),
            moment=_time("updated_at", "updated_at"),
            filters="channel_id=channel kind language availability published_after published_before",
        ),
        _dataset(
            "channel_snapshots",
            key=(_OF_CHANNEL,),
            moment=_time("observed_at", "observed_at"),
            filters="channel_id=channel",
            by_time=True,
        ),
        _dataset(
            "video_snapshots",
            key=(_OF_VIDEO,),
            moment=_time("observed_at", "observed_at"),
            filters="video_id=video",
            by_time=True,
        ),
        _dataset(
            "playlists",
            key=(_number("id", "playlist_key"),),
            moment=_time("greatest(updated_at, items_fetched_at)", "updated_at"),
            filters="channel_id=channel",
        ),
        _dataset(
            "playlist_items",
            key=(_number("playlist", "playlist_key"), _number("entry", "entry_key")),
            moment=_time("coalesce(gone_at, last_seen_at)", "updated_at"),
            filters="playlist_id=playlist gone",
        ),
        _dataset(
            "edges",
            table="channel_discoveries",
            key=(_number("id", "edge_key"),),
            moment=_time("last_seen", "last_seen"),
            filters="source discovered method service min_confidence",
        ),
        Dataset(
            "changes",
            (
                Part("channel_changes", "channel_changes", (_OF_CHANNEL, _field())),
                Part("video_changes", "video_changes", (_OF_VIDEO, _field())),
            ),
            _time("changed_at", "changed_at"),
            {"kind": "kind", "field": "field"},
            by_time=True,
        ),
    )
}
"""By name."""
