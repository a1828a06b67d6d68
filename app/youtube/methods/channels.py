"""channels.list: how channels are asked for, and what the answer says."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.catalog.model import ChannelFacts
from app.youtube import fields
from app.youtube.costs import MAX_IDS, Request
from app.youtube.methods.asking import by_ids
from app.youtube.parse import parse_items, thumbnail

_PARTS = "snippet,statistics,contentDetails,status,topicDetails,brandingSettings"
# Exactly what is stored: the answer is half as large and takes half as long to parse; the price is the same.
_ITEM = (
    "id,"
    "snippet(title,description,customUrl,publishedAt,defaultLanguage,country,"
    "thumbnails(high/url,medium/url,default/url)),"
    "statistics(viewCount,subscriberCount,hiddenSubscriberCount,videoCount),"
    "contentDetails/relatedPlaylists/uploads,"
    "status/madeForKids,"
    "topicDetails/topicCategories,"
    "brandingSettings(channel/keywords,image/bannerExternalUrl)"
)
_KEYWORD = re.compile(r'"([^"]*)"?|([^\s"]+)')


def channels_request(channel_ids: Sequence[str]) -> Request:
    """The call for 1 to 50 channels, one unit however many they are. ValueError for more or none."""
    # Without maxResults a page has 5 rows, and the other 45 channels would look as if they did not exist.
    return by_ids("channels.list", _ITEM, channel_ids, part=_PARTS, maxResults=str(MAX_IDS))


def parse_channels(payload: Mapping[str, Any]) -> tuple[ChannelFacts, ...]:
    """The channels that YouTube knows, in any order; those asked for and absent are gone or never were."""
    return parse_items(payload, _channel)


def parse_keywords(keywords: str) -> tuple[str, ...]:
    """Split at white space, but not inside quotes; a quote that is left open ends with the text."""
    found = (quoted or bare for quoted, bare in _KEYWORD.findall(keywords))
    return tuple(filter(None, map(str.strip, found)))


def _channel(item: Mapping[str, Any]) -> ChannelFacts:
    handle = fields.text(item, "snippet", "customUrl")
    hidden = fields.flag(item, "statistics", "hiddenSubscriberCount")
    return ChannelFacts(
        channel_id=fields.text(item, "id"),
        title=fields.text(item, "snippet", "title"),
        description=fields.text(item, "snippet", "description"),
        # Before handles existed, customUrl was the name of a /c/ address, which the API cannot look up.
        handle=handle if handle.startswith("@") else None,
        country=fields.text(item, "snippet", "country") or None,
        default_language=fields.text(item, "snippet", "defaultLanguage") or None,
        keywords=parse_keywords(fields.text(item, "brandingSettings", "channel", "keywords")),
        topics=fields.texts(item, "topicDetails", "topicCategories"),
        published_at=fields.instant(item, "snippet", "publishedAt"),
        thumbnail_url=thumbnail(item),
        banner_url=fields.text(item, "brandingSettings", "image", "bannerExternalUrl") or None,
        uploads_playlist_id=fields.text(item, "contentDetails", "relatedPlaylists", "uploads") or None,
        # YouTube sends "0" for a hidden count; stored as zero, it would look like a channel nobody follows.
        subscriber_count=None if hidden else fields.count(item, "statistics", "subscriberCount"),
        view_count=fields.count(item, "statistics", "viewCount"),
        video_count=fields.count(item, "statistics", "videoCount"),
        made_for_kids=fields.flag(item, "status", "madeForKids"),
    )
