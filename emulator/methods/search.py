"""search.list: videos, channels and playlists by words and filters, from a bucket of its own."""

from dataclasses import replace
from itertools import islice
from zlib import crc32

from emulator.errors import youtube_error
from emulator.methods.contract import Call, World
from emulator.methods.markup import escaped
from emulator.methods.paging import window_of
from emulator.methods.rendering import check_region, faces, frames, timestamp
from emulator.methods.search_filters import check_owner, read_query
from emulator.resources import Page, Resource, resource
from emulator.universe.ids import is_channel_id
from emulator.universe.search.results import Result
from emulator.universe.search.search import MOST, Search

KIND = "youtube#searchResult"
LEFT_OUT = 32
"""One of so many results never comes: a page often holds fewer than it says."""

DESCRIPTION = 160
"""Characters of a description that are shown, about."""


class SearchList:
    """The method."""

    name = "search.list"
    bucket = "search"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """A page of what fits."""
        check_owner(call)
        check_region(call)
        if call.text("channelId") and not is_channel_id(call.text("channelId")):
            message = "The <code>channelId</code> parameter specified an invalid channel ID."
            raise youtube_error(400, "invalidChannelId", message, "youtube.search", "channelId")
        query = read_query(call, world)
        search, window = Search(world.universe, query, call.now), window_of(call, MOST)
        found = list(islice(search.results(), window.start, window.stop + 1))
        seen = window.start + len(found)
        items = [_rendered(result, call) for result in found[: window.size] if not _is_left_out(result)]
        page = replace(window, total=seen).page(items)
        # who sees everything at once is told the truth, everybody else a guess
        total = len(found) if seen <= window.size else max(seen, search.estimate())
        return replace(page, total=total, region=query.country)


def _is_left_out(result: Result) -> bool:
    return crc32(result.id.encode()) % LEFT_OUT == 0


def _rendered(result: Result, call: Call) -> Resource:
    key = {"kind": f"youtube#{result.kind}", f"{result.kind}Id": result.id}
    return resource(KIND, key, {"snippet": _snippet(result)} if "snippet" in call.parts else {})


def _snippet(result: Result) -> Resource:
    published, is_channel = timestamp(result.published), result.kind == "channel"
    return {
        "publishedAt": published,
        "channelId": result.channel.id,
        # here, and nowhere else in the API, titles are escaped for HTML; descriptions and channels are not
        "title": escaped(result.title),
        "description": shortened(result.description),
        "thumbnails": faces(result.face, sized=False) if is_channel else frames(result.face, large=False),
        "channelTitle": result.channel.text.title,
        "liveBroadcastContent": {"completed": "none"}.get(result.live, result.live),
        "publishTime": published,
    }


def shortened(description: str) -> str:
    """The beginning, in one line, cut between words."""
    line = " ".join(description.split())
    if len(line) <= DESCRIPTION:
        return line
    start = line[:DESCRIPTION]
    return f"{start.rpartition(' ')[0] or start} ..."
