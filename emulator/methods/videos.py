"""videos.list: up to fifty videos by id, or a chart of a country."""

from collections.abc import Callable, Mapping

from emulator.errors import youtube_error
from emulator.methods.by_id import found_by_id
from emulator.methods.contract import Call, World
from emulator.methods.filters import chosen_filter, wanted_ids
from emulator.methods.paging import window_of
from emulator.methods.rendering import check_language, check_region, frames, iso_duration, timestamp, without_nothing
from emulator.resources import Page, Resource, resource
from emulator.universe.charts import CHARTED_CATEGORIES
from emulator.universe.uploads import Kind
from emulator.universe.videos import Video

KIND = "youtube#video"
FILTERS = ("id", "chart", "myRating")
OWNER_PARTS = frozenset({"fileDetails", "processingDetails", "suggestions"})
"""They need a token of the channel's owner; with a key alone they are forbidden."""

_EMBED_WIDTH, _EMBED_HEIGHT = 480, 270


class VideosList:
    """The method."""

    name = "videos.list"
    bucket = "default"
    units = 1

    def answer(self, call: Call, world: World) -> Page:
        """The videos that anybody may see. The others are left out without a word."""
        chosen = chosen_filter(call, FILTERS)
        _check(call, chosen)
        if chosen == "chart":
            return _chart(call, world)
        found = found_by_id(KIND, wanted_ids(call), call, world, _video)
        return Page(found, total=len(found), per_page=len(found))


def _check(call: Call, chosen: str) -> None:
    if chosen == "myRating":
        message = "The request uses the <code>myRating</code> parameter but is not properly authorized."
        raise youtube_error(401, "authorizationRequired", message, "youtube.parameter", "myRating")
    if OWNER_PARTS & call.parts:
        message = "Access forbidden. The request may not be properly authorized."
        raise youtube_error(403, "forbidden", message, "youtube.common")
    check_language(call)
    check_region(call)


def _chart(call: Call, world: World) -> Page:
    """Since July 2025 there are charts of music, films and games, and one of everything."""
    category = call.text("videoCategoryId")
    if category not in CHARTED_CATEGORIES:
        message = "The requested video chart is not supported or is not available."
        raise youtube_error(404, "videoChartNotFound", message, "youtube.video", "chart")
    chart = world.charts.chart(call.text("regionCode") or "US", category, call.now)
    window = window_of(call, len(chart))
    return window.page([_rendered(video, call) for video in chart[window.start : window.stop]])


def _video(wanted: str, call: Call, world: World) -> Resource | None:
    video = world.universe.video(wanted, call.now)
    return _rendered(video, call) if video else None


def _rendered(video: Video, call: Call) -> Resource:
    parts = ((name, render(video, call)) for name, render in RENDERERS.items() if name in call.parts)
    return resource(KIND, video.id, {name: part for name, part in parts if part})


def _snippet(video: Video, call: Call) -> Resource:
    texts = {"title": video.text.title, "description": video.text.description}
    return without_nothing(
        {
            "publishedAt": timestamp(video.published),
            "channelId": video.channel.id,
            **texts,
            "thumbnails": frames(video.id, large=video.hd),
            "channelTitle": video.channel.text.title,
            "tags": list(video.tags) or None,
            "categoryId": video.category,
            # a stream that is over says none here, and when it was in liveStreamingDetails
            "liveBroadcastContent": {"completed": "none"}.get(state := video.broadcast(call.now), state),
            "defaultLanguage": video.default_language,
            "localized": texts,
            "defaultAudioLanguage": video.audio_language,
        }
    )


def _content_details(video: Video, call: Call) -> Resource:
    over = video.broadcast(call.now) in {"none", "completed"}
    return {
        "duration": iso_duration(video.seconds if over else 0),
        "dimension": "2d",
        "definition": "hd" if video.hd else "sd",
        "caption": str(video.captioned).lower(),
        "licensedContent": video.licensed,
        **({"regionRestriction": {"blocked": list(video.blocked)}} if video.blocked else {}),
        "contentRating": {"ytRating": "ytAgeRestricted"} if video.age_restricted else {},
        "projection": "rectangular",
    }


def _status(video: Video, _: Call) -> Resource:
    return {
        "uploadStatus": "processed",
        "privacyStatus": "unlisted" if video.unlisted else "public",
        "license": "creativeCommon" if video.creative_commons else "youtube",
        "embeddable": video.embeddable,
        "publicStatsViewable": True,
        "madeForKids": video.made_for_kids,
        **({"containsSyntheticMedia": True} if video.synthetic else {}),
    }


def statistics(video: Video, call: Call) -> Resource:
    """Counts as strings; those that are hidden, off or not there yet are absent."""
    now = call.now
    return without_nothing(
        {
            "viewCount": None if video.broadcast(now) == "upcoming" else str(video.views.at(now)),
            "likeCount": None if video.likes_hidden else str(video.likes(now)),
            "favoriteCount": "0",
            "commentCount": None if video.comments_disabled else str(video.comments(now)),
        }
    )


def _player(video: Video, call: Call) -> Resource:
    source = f"//www.youtube.com/embed/{video.id}"
    html = f'<iframe width="480" height="270" src="{source}" frameborder="0" allowfullscreen></iframe>'
    return {"embedHtml": html, **_embed_size(video, call)}


def _embed_size(video: Video, call: Call) -> Resource:
    """Told only when the call sets a limit; shorts stand upright."""
    limits = [int(text) if (text := call.text(name)) else None for name in ("maxWidth", "maxHeight")]
    if limits == [None, None]:
        return {}
    width, height = _EMBED_WIDTH, _EMBED_HEIGHT
    if video.kind is Kind.SHORT:
        width, height = height, width
    scale = min(limit / side for limit, side in zip(limits, (width, height), strict=True) if limit)
    return {"embedHeight": str(round(height * scale)), "embedWidth": str(round(width * scale))}


def _topic_details(video: Video, _: Call) -> Resource:
    addresses = [f"https://en.wikipedia.org/wiki/{topic}" for topic in video.channel.topics]
    return {"topicCategories": addresses} if addresses else {}


def _live_streaming_details(video: Video, call: Call) -> Resource:
    state = video.broadcast(call.now)
    if state == "none":
        return {}
    begun, over = state != "upcoming", state == "completed"
    return without_nothing(
        {
            "actualStartTime": timestamp(video.begins) if begun else None,
            "actualEndTime": timestamp(video.ends) if over else None,
            "scheduledStartTime": timestamp(video.begins),
            "concurrentViewers": str(video.views.at(call.now) // 20) if state == "live" else None,
            "activeLiveChatId": None if over else f"Cg0KC{video.id}",
        }
    )


def _recording_details(video: Video, _: Call) -> Resource:
    return {"recordingDate": timestamp(video.recorded)} if video.recorded else {}


def _paid_product_placement_details(video: Video, _: Call) -> Resource:
    return {"hasPaidProductPlacement": video.promoted}


def _localizations(video: Video, _: Call) -> Resource:
    texts = {"title": video.text.title, "description": video.text.description}
    return {video.default_language: texts} if video.default_language else {}


RENDERERS: Mapping[str, Callable[[Video, Call], Resource]] = {
    "snippet": _snippet,
    "contentDetails": _content_details,
    "status": _status,
    "statistics": statistics,
    "paidProductPlacementDetails": _paid_product_placement_details,
    "player": _player,
    "topicDetails": _topic_details,
    "recordingDetails": _recording_details,
    "liveStreamingDetails": _live_streaming_details,
    "localizations": _localizations,
}
"""The other parts that the document knows are empty for whoever does not own the video."""
