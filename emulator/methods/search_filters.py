"""The parameters of search.list, read: filters that only videos have, topics, places."""

import re
from collections.abc import Callable, Mapping

from emulator.errors import ApiError, front_end_error, youtube_error
from emulator.methods.contract import Call, World
from emulator.methods.filters import login_required
from emulator.parameters import BOOLEANS, read_instant
from emulator.universe.places import Circle, draw_place
from emulator.universe.search.query import Query
from emulator.universe.search.words import Words
from emulator.universe.uploads import Kind
from emulator.universe.videos import Video

KINDS = frozenset({"video", "channel", "playlist"})
OWNER_FILTERS = ("forContentOwner", "forDeveloper", "forMine")

_SHORT, _LONG = 240, 1200
_WIDEST_KM = 1000
_UNITS = {"m": 0.001, "km": 1.0, "ft": 0.0003048, "mi": 1.609344}
_PLACE = re.compile(r"\(?\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?", re.ASCII)
_RADIUS = re.compile(r"(\d+(?:\.\d+)?)(m|km|ft|mi)", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_VALUES: Mapping[str, Mapping[str, Callable[[Video], bool]]] = {
    "videoCaption": {"closedCaption": lambda video: video.captioned, "none": lambda video: not video.captioned},
    "videoDefinition": {"high": lambda video: video.hd, "standard": lambda video: not video.hd},
    "videoDimension": {"3d": lambda _: False},
    "videoDuration": {
        "short": lambda video: video.seconds < _SHORT,
        "medium": lambda video: _SHORT <= video.seconds <= _LONG,
        "long": lambda video: video.seconds > _LONG,
    },
    "videoEmbeddable": {"true": lambda video: video.embeddable},
    "videoLicense": {
        "creativeCommon": lambda video: video.creative_commons,
        "youtube": lambda video: not video.creative_commons,
    },
    "videoPaidProductPlacement": {"true": lambda video: video.promoted},
    "videoSyndicated": {"true": lambda video: video.embeddable},
    "videoType": {"movie": lambda _: False, "episode": lambda _: False},
}
"""Values that are not here let everything pass. Nobody in this universe makes films, series or videos in 3D."""

_VIDEO_FILTERS = (*_VALUES, "eventType", "location", "locationRadius", "videoCategoryId")
_ENDED = {"live", "upcoming", "completed"}

TOPICS = {
    "/m/04rlf": "Music",
    "/m/02jjt": "Entertainment",
    "/m/019_rr": "Lifestyle_(sociology)",
    "/m/0bzvm2": "Video_game_culture",
    "/m/06ntj": "Sport",
    "/m/01k8wb": "Knowledge",
    "/m/07c1v": "Technology",
    "/m/02wbm": "Food",
    "/m/03glg": "Hobby",
    "/m/098wr": "Society",
    "/m/05qt0": "Politics",
    "/m/02vxn": "Film",
    "/m/07bxq": "Tourism",
    "/m/064t9": "Pop_music",
    "/m/02vx4": "Association_football",
}
"""The ids that the search knows of the articles that the rest of the API names."""


def read_query(call: Call, world: World) -> Query:
    """What a call searches for. Raises ApiError for filters that make no sense together, or at all."""
    kinds = frozenset(call.texts("type")) or KINDS
    if kinds - KINDS:
        item = {"domain": "global", "reason": "badRequest"}
        raise front_end_error(400, "Request contains an invalid argument.", item, "INVALID_ARGUMENT")
    if kinds != {"video"} and any(name in call.values for name in _VIDEO_FILTERS):
        raise _invalid_combination()
    if call.text("relevanceLanguage") and not _LANGUAGE.fullmatch(call.text("relevanceLanguage")):
        message = "The <code>relevanceLanguage</code> parameter specified an invalid value."
        raise youtube_error(400, "invalidRelevanceLanguage", message, "youtube.search", "relevanceLanguage")
    circle, order = _circle(call), call.text("order")
    return Query(
        words=Words(call.text("q")),
        kinds=frozenset() if call.text("channelType") == "show" else kinds,
        order="relevance" if order == "searchSortUnspecified" else order,
        channel_id=call.text("channelId") or None,
        after=read_instant(call.text("publishedAfter")),
        before=read_instant(call.text("publishedBefore")),
        country=call.text("regionCode") or "US",
        language=call.text("relevanceLanguage") or None,
        topic=TOPICS.get(call.text("topicId"), call.text("topicId")) or None,
        circle=circle,
        uploads=(Kind.LIVE,) if call.text("eventType") in _ENDED else tuple(Kind),
        passes=_video_filter(call, world, circle),
    )


def check_owner(call: Call) -> None:
    """Refuse what only an owner may search, whom a key does not tell."""
    for name in OWNER_FILTERS:
        if call.text(name) and BOOLEANS[call.text(name)]:
            raise login_required(name)


def _video_filter(call: Call, world: World, circle: Circle | None) -> Callable[[Video], bool]:
    values = [kinds[call.text(name)] for name, kinds in _VALUES.items() if call.text(name) in kinds]
    event, category = call.text("eventType"), call.text("videoCategoryId")
    country, strict = call.text("regionCode") or "US", call.text("safeSearch") == "strict"

    def passes(video: Video) -> bool:
        place = draw_place(world.universe.seed, video) if circle else None
        return (
            country not in video.blocked
            and not (strict and video.age_restricted)
            and (not event or video.broadcast(call.now) == event)
            and (not category or video.category == category)
            and (circle is None or (place is not None and circle.holds(*place)))
            and all(wanted(video) for wanted in values)
        )

    return passes


def _circle(call: Call) -> Circle | None:
    if not {"location", "locationRadius"} & call.values.keys():
        return None
    place, radius = _PLACE.fullmatch(call.text("location")), _RADIUS.fullmatch(call.text("locationRadius"))
    kilometres = float(radius[1]) * _UNITS[radius[2]] if radius else float("inf")
    if not place or kilometres > _WIDEST_KM:
        message = (
            "The <code>location</code> and/or <code>locationRadius</code> parameter value was formatted incorrectly."
        )
        raise youtube_error(400, "invalidLocation", message, "youtube.search", "location")
    return Circle(float(place[1]), float(place[2]), kilometres)


def _invalid_combination() -> ApiError:
    message = (
        "The request contains an invalid combination of search filters and/or restrictions. Note that you must set "
        "the <code>type</code> parameter to <code>video</code> if you set a value for the "
        + ", ".join(f"<code>{name}</code>" for name in sorted(_VIDEO_FILTERS))
        + " parameters."
    )
    return youtube_error(400, "invalidSearchFilter", message, "youtube.search", "parameters.")
