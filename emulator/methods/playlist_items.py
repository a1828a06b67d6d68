"""playlistItems.list: the entries of a playlist, and the uploads of a channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from emulator.errors import ApiError, youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, wanted_ids
from emulator.methods.paging import WRAPPED, window_of
from emulator.methods.rendering import frames, timestamp
from emulator.resources import Page, Resource, resource
from emulator.universe.ids import INDEX_BITS, is_video_id, video_bytes, video_number
from emulator.universe.lists.contents import Entry
from emulator.universe.lists.ids import entry_id, list_and_mark
from emulator.universe.lists.listings import Listing, find_listing

KIND = "youtube#playlistItem"
MOST = 20_000
"""Of a longer list of uploads the rest cannot be reached."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a video that is no longer public."""

    title: str
    description: str
    privacy: str


_NOTICES = (
    Notice("Private video", "This video is private.", "private"),
    Notice("Deleted video", "This video is unavailable.", "privacyStatusUnspecified"),
)
_CLOSED = {
    "HL": ("watchHistoryNotAccessible", "Watch history data cannot be retrieved through the API."),
    "WL": ("watchLaterNotAccessible", 'Items in "watch later" playlists cannot be retrieved through the API.'),
}
"""Lists that nobody gets, to reason and message."""


class PlaylistItemsList:
    """The method."""

    name = "playlistItems.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """A page of one list, the entries of a video in it, or those among the ids that exist."""
        if chosen_filter(call, ("id", "playlistId")) == "id":
            found = found_by_id(KIND, wanted_ids(call), call, world, _by_id)
            return Page(found, total=len(found), per_page=int(call.text("maxResults")))
        wanted = call.text("playlistId")
        listing = find_listing(world.universe, wanted, call.now)
        if listing is None:
            raise _not_listed(wanted)
        return _of_video(listing, call, world) if call.text("videoId") else _of_list(listing, call, world)


def _of_list(listing: Listing, call: Call, world: World) -> Page:
    # tokens are offsets: what is uploaded between two pages shifts the list, and an entry comes twice
    window = window_of(call, min(listing.total, MOST), WRAPPED)
    entries = listing.entries(window.start, min(window.stop, MOST))
    return window.page([_rendered(Item(listing, entry, call, world)) for entry in entries])


def _of_video(listing: Listing, call: Call, world: World) -> Page:
    wanted = call.text("videoId")
    entry = listing.find(*divmod(video_number(wanted), 1 << INDEX_BITS)) if is_video_id(wanted) else None
    items = [_rendered(Item(listing, entry, call, world))] if entry else []
    window = window_of(call, len(items), WRAPPED)
    return window.page(items[window.start : window.stop])


def _by_id(wanted: str, call: Call, world: World) -> Resource | None:
    list_id, mark = list_and_mark(wanted) or ("", "")
    listing = find_listing(world.universe, list_id, call.now)
    entry = listing.marked(mark) if listing else None
    return _rendered(Item(listing, entry, call, world)) if listing and entry else None


def _not_listed(wanted: str) -> ApiError:
    """Why a list is not shown."""
    if wanted in _CLOSED:
        return youtube_error(403, *_CLOSED[wanted], "youtube.playlistItem", "playlistId")
    if wanted.startswith("LL"):
        message = "The request is not properly authorized to retrieve the specified playlist."
        return youtube_error(403, "playlistItemsNotAccessible", message, "youtube.playlistItem", "playlistId")
    message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
    return youtube_error(404, "playlistNotFound", message, "youtube.playlistItem", "playlistId")


@dataclass(frozen=True)
class Item:
    """An entry on its way into an answer."""

    listing: Listing
    entry: Entry
    call: Call
    world: World

    @cached_property
    def video_id(self) -> str:
        """The id of its video."""
        return self.world.universe.video_id(self.entry.owner, self.entry.index)

    @property
    def notice(self) -> Notice:
        """What would be told if its video were gone: one or the other, half and half."""
        return _NOTICES[video_bytes(self.video_id)[0] & 1]

    @cached_property
    def gone(self) -> bool:
        """Whether nobody can see its video any more."""
        owner, now = self.entry.owner, self.call.now
        return not (owner.lives(now) and owner.uploads.is_public(self.entry.index, now))


def _rendered(item: Item) -> Resource:
    parts = {name: render(item) for name, render in RENDERERS.items() if name in item.call.parts}
    return resource(KIND, entry_id(item.listing.id, item.listing.mark(item.entry)), parts)


def _snippet(item: Item) -> Resource:
    listing, entry = item.listing, item.entry
    about, by = _told(item)
    return {
        "publishedAt": timestamp(entry.added),
        "channelId": listing.channel.id,
        **about,
        "channelTitle": listing.channel.text.title,
        "playlistId": listing.id,
        "position": entry.place,
        "resourceId": {"kind": "youtube#video", "videoId": item.video_id},
        **by,
    }


def _told(item: Item) -> tuple[Resource, Resource]:
    """What is told of the video, and of its owner."""
    video = item.world.universe.video(item.video_id, item.call.now)
    if video is None:
        return {"title": item.notice.title, "description": item.notice.description, "thumbnails": {}}, {}
    return (
        {
            "title": video.text.title,
            "description": video.text.description,
            "thumbnails": frames(video.id, large=video.hd),
        },
        {"videoOwnerChannelTitle": video.channel.text.title, "videoOwnerChannelId": video.channel.id},
    )


def _content_details(item: Item) -> Resource:
    published = (
        {} if item.gone else {"videoPublishedAt": timestamp(item.entry.owner.uploads.published(item.entry.index))}
    )
    return {"videoId": item.video_id, **published}


def _status(item: Item) -> Resource:
    return {"privacyStatus": item.notice.privacy if item.gone else "public"}


RENDERERS: Mapping[str, Callable[[Item], Resource]] = {
    "snippet": _snippet,
    "contentDetails": _content_details,
    "status": _status,
}
