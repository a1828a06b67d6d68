"""playlists.list: the playlists of a channel, or up to fifty by id."""

from collections.abc import Callable, Mapping

from emulator.errors import youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, login_required, wanted_ids
from emulator.methods.paging import window_of
from emulator.methods.rendering import check_language, frames, timestamp, without_nothing
from emulator.resources import Page, Resource, resource
from emulator.universe.channels import Channel
from emulator.universe.draws import Draws
from emulator.universe.ids import id_bytes
from emulator.universe.lists.listings import Listing, find_listing
from emulator.universe.lists.playlists import Playlists
from emulator.universe.writing.texts import Text

KIND = "youtube#playlist"
FILTERS = ("channelId", "id", "mine")
_DENIED = 0.1
"""Share of the channels without playlists that answer as if they did not exist."""

_NO_PICTURE = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


class PlaylistsList:
    """The method."""

    name = "playlists.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """The playlists of one channel, newest first, or those among the ids that exist."""
        chosen = chosen_filter(call, FILTERS)
        if chosen == "mine":
            raise login_required("mine")
        check_language(call)
        return _of_channel(call, world) if chosen == "channelId" else _by_id(call, world)


def _by_id(call: Call, world: World) -> Page:
    found = found_by_id(KIND, wanted_ids(call), call, world, _one)
    return Page(found, total=len(found), per_page=int(call.text("maxResults")))


def _one(wanted: str, call: Call, world: World) -> Resource | None:
    found = find_listing(world.universe, wanted, call.now)
    return _rendered(found, call, world) if found else None


def _of_channel(call: Call, world: World) -> Page:
    channel = world.universe.channel(call.text("channelId"), call.now)
    lists = Playlists(world.universe, channel) if channel else None
    numbers = lists.numbers(call.now) if lists else range(0)
    if channel is None or lists is None or (not numbers and _is_denied(world.universe.seed, channel)):
        raise youtube_error(404, "channelNotFound", "Channel not found.", "youtube.playlist", "channelId")
    window = window_of(call, len(numbers))
    wanted = numbers[window.start : window.stop]
    return window.page([_rendered(lists.playlist(number, call.now), call, world) for number in wanted])


def _is_denied(seed: int, channel: Channel) -> bool:
    return Draws(seed, "no playlists", id_bytes(channel.id)).chance(_DENIED)


def _rendered(found: Listing, call: Call, world: World) -> Resource:
    parts = {name: render(found, call, world) for name, render in RENDERERS.items() if name in call.parts}
    return resource(KIND, found.id, {name: part for name, part in parts.items() if part})


def _snippet(found: Listing, call: Call, world: World) -> Resource:
    localized = _localized(found, call.text("hl"))
    return without_nothing(
        {
            "publishedAt": timestamp(found.created),
            "channelId": found.channel.id,
            "title": found.text.title,
            "description": found.text.description,
            "thumbnails": _thumbnails(found, world),
            "channelTitle": found.channel.text.title,
            "defaultLanguage": found.default_language,
            "localized": {"title": localized.title, "description": localized.description},
        }
    )


def _localized(found: Listing, language: str) -> Text:
    """The text in a language, or its parent language (es for es_MX), or the original."""
    code = language.replace("_", "-")
    return found.translations.get(code) or found.translations.get(code.partition("-")[0]) or found.text


def _thumbnails(found: Listing, world: World) -> Resource:
    """Those of the first video, or of none."""
    for entry in found.entries(0, 1):
        return frames(world.universe.video_id(entry.owner, entry.index))
    address = "https://i.ytimg.com/img/no_thumbnail.jpg"
    return {name: {"url": address, "width": width, "height": height} for name, (width, height) in _NO_PICTURE.items()}


def _status(found: Listing, _call: Call, _world: World) -> Resource:
    return {"privacyStatus": "public", **({"podcastStatus": "enabled"} if found.podcast else {})}


def _content_details(found: Listing, _call: Call, _world: World) -> Resource:
    return {"itemCount": found.total}


def _player(found: Listing, _call: Call, _world: World) -> Resource:
    source = f"http://www.youtube.com/embed/videoseries?list={found.id}"
    return {"embedHtml": f'<iframe width="640" height="360" src="{source}" frameborder="0" allowfullscreen></iframe>'}


def _localizations(found: Listing, _call: Call, _world: World) -> Resource:
    return {code: {"title": text.title, "description": text.description} for code, text in found.translations.items()}


RENDERERS: Mapping[str, Callable[[Listing, Call, World], Resource]] = {
    "snippet": _snippet,
    "status": _status,
    "contentDetails": _content_details,
    "player": _player,
    "localizations": _localizations,
}
