"""Channels whose videos a channel collects in its playlists."""

import re
from collections.abc import Generator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from discovery.answers import items, text
from discovery.contract import Ask, Exploration, Found, Seed
from discovery.names import is_channel_id

_MOST_LISTS = 5
_ID = re.compile(r"[A-Za-z0-9_-]{10,64}")
_PAGE = "50"
_LISTS, _ENTRIES = "items(id,contentDetails/itemCount)", "items(snippet/videoOwnerChannelId)"


class PlaylistOwners:
    """The first fifty entries of up to five playlists. Half of all lists hold nothing but their owner's videos."""

    name = "playlist_owners"
    title = "Playlists"
    meaning = "The source has put a video of the discovered channel into one of its playlists."
    service = "youtube"
    bucket: str | None = "default"
    units_per_seed = 3.0
    new_per_seed = 3.0
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset({"playlists"})
    chooses_by: frozenset[str] = frozenset()
    reliability = 0.7
    references: tuple[str, ...] = (
        "https://developers.google.com/youtube/v3/docs/playlists/list",
        "https://developers.google.com/youtube/v3/docs/playlistItems",
    )

    def explore(self, seed: Seed) -> Exploration:
        """Its lists are asked for where none is stored; a list that is gone is passed over."""
        lists = seed.playlist_ids or (yield from _lists(seed.channel_id))
        for playlist_id in lists[:_MOST_LISTS]:
            asked = {"part": "snippet", "playlistId": playlist_id, "maxResults": _PAGE, "fields": _ENTRIES}
            answer = yield Ask("playlistItems.list", asked, may_fail=True)
            owners = dict.fromkeys(text(item, "snippet", "videoOwnerChannelId") for item in items(answer))
            for owner in owners:
                if is_channel_id(owner) and owner != seed.channel_id:
                    yield Found(owner, f"playlist {playlist_id}")


def _lists(channel_id: str) -> Generator[Ask, Mapping[str, Any] | None, Sequence[str]]:
    """The playlists of a channel that are not empty."""
    asked = {"part": "contentDetails", "channelId": channel_id, "maxResults": _PAGE, "fields": _LISTS}
    answer = yield Ask("playlists.list", asked)
    filled = (item for item in items(answer) if item.get("contentDetails") != {"itemCount": 0})
    return [playlist_id for item in filled if _ID.fullmatch(playlist_id := text(item, "id"))]
